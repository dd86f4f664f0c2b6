package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.diffusers.ControlNet;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks of {@code zero123plus} and {@code zero123plus-3d}: a pretrained Zero123++ makes the
 * views, and what follows them is done as in {@code image-to-3d}, with the prior of the worker.
 */
final class CanvasTasks implements TaskFamily {
  /** What the tasks borrow; all weights are read when it is loaded. */
  static final PretrainedModels.Type<Zero123Plus> MODEL =
      new PretrainedModels.Type<>(
          RegisteredModel.Kind.ZERO123PLUS,
          Zero123Plus.class,
          (owner, folder, options) -> {
            Zero123Plus model = Zero123Plus.load(owner, folder, options);
            model.settle(owner);
            return model;
          });

  /** What looks at a picture of depths. */
  static final PretrainedModels.Type<ControlNet> CONTROL =
      new PretrainedModels.Type<>(
          RegisteredModel.Kind.CONTROL_NET,
          ControlNet.class,
          (owner, folder, options) -> {
            ControlNet network = ControlNet.load(owner, folder, options);
            network.settle(owner);
            return network;
          });

  /** Name of the task that looks at the picture for Zero123++. */
  private static final String CONDITION = "condition";

  /** Name of the task that cuts the canvas and keeps it as tensors. */
  private static final String TILE = "tile";

  private final TaskFamily afterViews = new ViewPriorTasks();

  /** Vectors of the empty text by the hash of the model's files: computed once per process. */
  private final Map<String, float[]> emptyTexts = new HashMap<>();

  @Override
  public StepTask open(TaskContext own, TaskInput input, Optional<byte[]> snapshot) {
    String name = input.spec().name();
    return switch (input.spec().kind()) {
      case ENCODE ->
          name.equals(CONDITION)
              ? new CanvasEncodeTask(own, input, emptyTexts)
              : afterViews.open(own, input, snapshot);
      case DENOISE -> new CanvasDenoiseTask(own, input, snapshot);
      case TILE ->
          name.equals(TILE) ? new CanvasTileTask(own, input) : new CanvasFilesTask(own, input);
      case PROJECT, DISTILL, MESH -> afterViews.open(own, input, snapshot);
      case SYNTHETIC -> throw TaskFamily.foreign(input);
    };
  }
}
