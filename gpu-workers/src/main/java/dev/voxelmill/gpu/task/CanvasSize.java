package dev.voxelmill.gpu.task;

import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;

/** Pixels of a canvas of three rows of two views. */
record CanvasSize(int height, int width) {
  private static final int ROWS = 3;
  private static final int COLUMNS = 2;

  static CanvasSize of(Parameters parameters) {
    int viewPx = parameters.whole("canvas.viewPx");
    return new CanvasSize(ROWS * viewPx, COLUMNS * viewPx);
  }

  /** The shape of the canvas's latents. */
  Shape latents(Zero123Plus model) {
    return model.latents(height, width);
  }

  /**
   * Refuses a canvas whose views are no whole number of latents.
   *
   * @throws UnopenableTaskException naming the parameter
   */
  void requireFitting(Zero123Plus model) {
    int viewPx = height / ROWS;
    if (viewPx % model.reduction() != 0) {
      throw new UnopenableTaskException(
          JobFailure.Code.INVALID_REQUEST,
          "parameters.canvas.viewPx: %d (expected: a multiple of %d, which the model's autoencoder reduces by)"
              .formatted(viewPx, model.reduction()));
    }
  }
}
