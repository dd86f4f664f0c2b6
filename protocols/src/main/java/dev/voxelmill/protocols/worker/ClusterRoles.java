package dev.voxelmill.protocols.worker;

/** Roles of cluster nodes, one for each plane. */
public final class ClusterRoles {
  /** Decides: owners of partitions and placement live here. */
  public static final String SUPERVISOR = "supervisor";

  /** Computes: one worker per process. */
  public static final String GPU = "gpu";

  private ClusterRoles() {}
}
