package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.tiling.ViewCanvas;

/**
 * Posed views as canvases of six and back. The views that leave this task are cut out of the
 * canvases again, so that a model which paints whole canvases needs nothing new after it.
 */
final class TileTask extends SingleStepTask {
  private final TaskInput input;

  TileTask(TaskContext context, TaskInput input) {
    super(context);
    this.input = input;
  }

  @Override
  Computed compute(NDManager scope) {
    PosedViews views = PosedViews.of(scope, TaskInputs.only(input));
    NDArray canvases = ViewCanvas.tile(views.pictures());
    PosedViews cut = new PosedViews(ViewCanvas.untile(canvases), views.cameras());
    return new Computed.Made(
        new TaskResult.Tensors(cut.write(scope).add("canvases", canvases).toBytes()));
  }
}
