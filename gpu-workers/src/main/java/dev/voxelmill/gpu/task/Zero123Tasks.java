package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.Optional;

/** The tasks of {@code zero123} and {@code zero123-3d}, by a pretrained Zero-1-to-3. */
final class Zero123Tasks implements TaskFamily {
  /** What the tasks borrow; all weights are read when it is loaded. */
  static final PretrainedModels.Type<Zero123Model> MODEL =
      new PretrainedModels.Type<>(
          RegisteredModel.Kind.ZERO123,
          Zero123Model.class,
          (owner, folder, options) -> {
            Zero123Model model = Zero123Model.load(owner, folder, options);
            model.settle(owner);
            return model;
          });

  @Override
  public StepTask open(TaskContext own, TaskInput input, Optional<byte[]> snapshot) {
    return switch (input.spec().kind()) {
      case ENCODE -> new Zero123EncodeTask(own, input);
      case DENOISE -> new Zero123DenoiseTask(own, input, snapshot);
      case TILE -> new Zero123ViewsTask(own, input, snapshot);
      case DISTILL -> Zero123DistillTask.open(own, input, snapshot);
      case MESH -> new Zero123MeshTask(own, input);
      case PROJECT, SYNTHETIC -> throw TaskFamily.foreign(input);
    };
  }
}
