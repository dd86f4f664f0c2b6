package dev.voxelmill.protocols.plan;

import dev.voxelmill.protocols.job.JobRequest;
import java.util.List;

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

  /**
   * Whether a task can end before its last step with something to hand on: refinements at any step,
   * the views of Zero-1-to-3 with those that are made. Whether there is something yet, its worker
   * knows.
   */
  public static boolean isAnytime(TaskSpec task, JobRequest request) {
    return switch (task.kind()) {
      case DISTILL, SYNTHETIC -> true;
      case DENOISE -> request.method().equals(Methods.ZERO123.name());
      case ENCODE, TILE, PROJECT, MESH -> false;
    };
  }

  /**
   * Names of the pretrained models that a task computes with; none where the worker's own prior
   * will do.
   */
  public static List<String> models(TaskSpec task, JobRequest request) {
    String model = request.parameters().get(SharedParameters.MODEL);
    boolean byPrior =
        request.method().equals(Methods.ZERO123PLUS_3D.name())
            && Zero123Plus.toViews().stream().noneMatch(task::equals);
    if (model == null || byPrior) {
      return List.of();
    }
    return task.kind() == TaskKind.DENOISE && request.depth().isPresent()
        ? List.of(model, request.parameters().get(Method.CONTROL_MODEL))
        : List.of(model);
  }

  /** Bytes that a task needs on the device, as far as the request tells; 0 fits any device. */
  public static long memoryBytes(TaskSpec task, JobRequest request) {
    return task.kind() == TaskKind.SYNTHETIC
        ? new Parameters(request.parameters()).large("synthetic.memoryBytes")
        : 0;
  }
}
