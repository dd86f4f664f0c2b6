package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import dev.voxelmill.gpu.raster.ContactSheet;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.protocols.geometry.OrbitCamera;

/** Tensors as pictures for people. */
final class Pictures {
  private Pictures() {}

  /** One row of (N, 4, n, n) in -1..1, its colours on white; coverage is left out. */
  static Picture of(NDArray views, int row) {
    int size = (int) views.getShape().get(2);
    float[] planes;
    try (NDArray view = views.get(row);
        NDArray colours = view.get("0:3")) {
      planes = colours.toFloatArray();
    }
    for (int i = 0; i < planes.length; i++) {
      planes[i] = Math.clamp((planes[i] + 1) / 2, 0f, 1f);
    }
    return Picture.ofPlanes(size, size, planes);
  }

  /** What stands below a view: azimuth and elevation in whole degrees. */
  static String caption(OrbitCamera camera) {
    return "a%d e%d"
        .formatted(
            Math.round(Math.toDegrees(camera.azimuthRad())),
            Math.round(Math.toDegrees(camera.elevationRad())));
  }

  /** A picture with its caption, enlarged by whole pixels to about {@code sizePx}. */
  static ContactSheet.Panel panel(String caption, Picture picture, int sizePx) {
    return new ContactSheet.Panel(caption, picture.enlarged(Math.max(1, sizePx / picture.width())));
  }
}
