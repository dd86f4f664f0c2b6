package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.tiling.ViewCanvas;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/** A canvas of (1, 3, H, W) uint8 as pictures, and where its views stand. */
final class CanvasPictures {
  private CanvasPictures() {}

  /** The whole canvas. */
  static Picture whole(NDArray levels) {
    return picture(levels.duplicate());
  }

  /** One of the six views. */
  static Picture view(NDArray levels, int view) {
    try (NDArray views = ViewCanvas.untile(levels)) {
      return picture(views.get(view + ":" + (view + 1)));
    }
  }

  /** The cameras of the six, in the frame of the request's camera. */
  static List<OrbitCamera> cameras(TaskInput input) {
    ViewCanvas.Edition edition = ViewCanvas.Edition.of(input.parameters().text("canvas.cameras"));
    return ViewCanvas.cameras(edition, input.request().camera().toOrbit());
  }

  /** Closes the (1, 3, h, w) levels. */
  private static Picture picture(NDArray levels) {
    int height = (int) levels.getShape().get(2);
    int width = (int) levels.getShape().get(3);
    try (levels;
        NDArray wide = levels.toType(DataType.FLOAT32, true);
        NDArray scaled = wide.div(255)) {
      return Picture.ofPlanes(width, height, scaled.toFloatArray());
    }
  }
}
