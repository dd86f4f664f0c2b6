package dev.voxelmill.protocols.worker;

import java.util.Collection;
import java.util.Optional;

/**
 * Roles of cluster nodes, one for each plane. A worker's node has a second one that names the
 * worker, so that whoever hears of the node knows of whom.
 */
public final class ClusterRoles {
  /** Decides: owners of partitions and placement live here. */
  public static final String SUPERVISOR = "supervisor";

  /** Computes: one worker per process. */
  public static final String GPU = "gpu";

  private static final String NAMING = "worker:";

  private ClusterRoles() {}

  /** The role that names the worker of a node. */
  public static String naming(WorkerId worker) {
    return NAMING + worker.name();
  }

  /** The worker of a node with these roles, if it has one. */
  public static Optional<WorkerId> worker(Collection<String> roles) {
    return roles.stream()
        .filter(role -> role.startsWith(NAMING))
        .map(role -> new WorkerId(role.substring(NAMING.length())))
        .findFirst();
  }
}
