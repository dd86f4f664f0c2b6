package dev.voxelmill.gpu.task;

import java.util.Optional;

/** Opens the executor of a task's kind. */
public final class StepTasks implements TaskOpener {
  private final TaskContext context;

  public StepTasks(TaskContext context) {
    this.context = context;
  }

  @Override
  public StepTask open(TaskInput input, Optional<byte[]> snapshot) {
    return switch (input.spec().kind()) {
      case ENCODE -> new EncodeTask(context, input);
      case DENOISE -> new DenoiseTask(context, input, snapshot);
      case TILE -> new TileTask(context, input);
      case PROJECT -> new ProjectTask(context, input, snapshot);
      case DISTILL -> new DistillTask(context, input, snapshot);
      case MESH -> new MeshTask(context, input);
    };
  }
}
