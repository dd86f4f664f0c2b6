package dev.voxelmill.protocols.plan;

import dev.voxelmill.protocols.job.JobRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * How a request becomes tasks. A pure function of the request: every node, and every restart, gets
 * the same plan.
 */
public final class Plans {
  private Plans() {}

  /** The plan of a normalised request. */
  public static Plan of(JobRequest request) {
    if (request.method().equals(Methods.IMAGE_TO_3D.name())) {
      return imageTo3d(new Parameters(request.parameters()));
    }
    if (request.method().equals(Methods.SYNTHETIC.name())) {
      return new Plan(List.of(new TaskSpec("synthetic", TaskKind.SYNTHETIC, List.of())));
    }
    throw new IllegalArgumentException(
        "method: '%s' (expected: one of %s)"
            .formatted(request.method(), Methods.all().stream().map(Method::name).toList()));
  }

  /** Bytes that a task needs on the device, as far as the request tells; 0 fits any device. */
  public static long memoryBytes(TaskSpec task, JobRequest request) {
    return task.kind() == TaskKind.SYNTHETIC
        ? new Parameters(request.parameters()).large("synthetic.memoryBytes")
        : 0;
  }

  private static Plan imageTo3d(Parameters parameters) {
    boolean project = parameters.flag("project");
    List<TaskSpec> tasks = new ArrayList<>();
    tasks.add(new TaskSpec("encode", TaskKind.ENCODE, List.of()));
    tasks.add(new TaskSpec("denoise", TaskKind.DENOISE, List.of("encode")));
    tasks.add(new TaskSpec("tile", TaskKind.TILE, List.of("denoise")));
    if (project) {
      tasks.add(new TaskSpec("project", TaskKind.PROJECT, List.of("encode", "tile")));
    }
    // Without projection the views are imagined all the same: the asset shows them.
    tasks.add(
        new TaskSpec(
            "distill",
            TaskKind.DISTILL,
            project ? List.of("encode", "project") : List.of("encode")));
    tasks.add(new TaskSpec("mesh", TaskKind.MESH, List.of("encode", "tile", "distill")));
    return new Plan(tasks);
  }
}
