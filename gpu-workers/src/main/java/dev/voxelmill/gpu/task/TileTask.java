package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Posed views as canvases of six, three rows of two as Zero123++ lays them out, and back.
 *
 * <p>The views that leave this task are cut out of the canvases again, so that a model which paints
 * whole canvases needs nothing new after it.
 */
final class TileTask extends SingleStepTask {
  private static final int ROWS = 3;
  private static final int COLUMNS = 2;

  private final TaskInput input;

  TileTask(TaskContext context, TaskInput input) {
    super(context);
    this.input = input;
  }

  @Override
  Computed compute(NDManager scope) {
    PosedViews views = PosedViews.of(scope, TaskInputs.only(input));
    NDArray canvases = canvases(views.pictures());
    PosedViews cut = new PosedViews(cut(canvases), views.cameras());
    return new Computed.Made(
        new TaskResult.Tensors(cut.write(scope).add("canvases", canvases).toBytes()));
  }

  /** From (6 k, C, n, n) to (k, C, 3 n, 2 n), row by row. */
  static NDArray canvases(NDArray views) {
    long[] shape = views.getShape().getShape();
    long count = shape[0] / (ROWS * COLUMNS);
    if (count * ROWS * COLUMNS != shape[0]) {
      throw new IllegalArgumentException(
          "views: " + shape[0] + " (expected: whole canvases of " + ROWS * COLUMNS + ")");
    }
    return views
        .reshape(count, ROWS, COLUMNS, shape[1], shape[2], shape[3])
        .transpose(0, 3, 1, 4, 2, 5)
        .reshape(count, shape[1], ROWS * shape[2], COLUMNS * shape[3]);
  }

  /** From (k, C, 3 n, 2 n) to (6 k, C, n, n). */
  static NDArray cut(NDArray canvases) {
    long[] shape = canvases.getShape().getShape();
    long height = shape[2] / ROWS;
    long width = shape[3] / COLUMNS;
    return canvases
        .reshape(shape[0], shape[1], ROWS, height, COLUMNS, width)
        .transpose(0, 2, 4, 1, 3, 5)
        .reshape(shape[0] * ROWS * COLUMNS, shape[1], height, width);
  }
}
