package dev.voxelmill.protocols.plan;

import dev.voxelmill.protocols.job.JobRequest;

/**
 * How a request becomes tasks. A pure function of the request: every node, and every restart, gets
 * the same plan.
 */
public final class Plans {
  private Plans() {}

  /** The plan of a normalised request. */
  public static Plan of(JobRequest request) {
    return Methods.named(request.method())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method: '%s' (expected: one of %s)"
                        .formatted(
                            request.method(), Methods.all().stream().map(Method::name).toList())))
        .planner()
        .apply(new Parameters(request.parameters()));
  }

  /** Bytes that a task needs on the device, as far as the request tells; 0 fits any device. */
  public static long memoryBytes(TaskSpec task, JobRequest request) {
    return task.kind() == TaskKind.SYNTHETIC
        ? new Parameters(request.parameters()).large("synthetic.memoryBytes")
        : 0;
  }
}
