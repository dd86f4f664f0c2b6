package dev.voxelmill.gpu.task;

import java.util.Optional;

/** The tasks of {@code image-to-3d}, by the prior that ships with the worker. */
final class ViewPriorTasks implements TaskFamily {
  @Override
  public StepTask open(TaskContext own, TaskInput input, Optional<byte[]> snapshot) {
    return switch (input.spec().kind()) {
      case ENCODE -> new EncodeTask(own, input);
      case DENOISE -> new DenoiseTask(own, input, snapshot);
      case TILE -> new TileTask(own, input);
      case PROJECT -> new ProjectTask(own, input, snapshot);
      case DISTILL -> DistillTask.open(own, input, snapshot);
      case MESH -> new MeshTask(own, input);
      case SYNTHETIC -> throw TaskFamily.foreign(input);
    };
  }
}
