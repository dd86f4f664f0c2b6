package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.tiling.ViewCanvas;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/** Where the imagined views stand, in the frame of the input camera at azimuth 0. */
final class ViewRings {
  private static final double RADIUS = 1.7;

  private ViewRings() {}

  /**
   * The cameras of one canvas of six, or of two.
   *
   * <p>Six stand where Zero123++ 1.2 has them. Twelve are a ring of eight at elevations -5 and 25
   * in turn and four from above, so that every part of a toy is seen by several.
   */
  static List<OrbitCamera> ofSize(int views, double fovRad) {
    if (views == ViewCanvas.VIEWS) {
      return ViewCanvas.cameras(ViewCanvas.Edition.V1_2, 0, RADIUS, fovRad);
    }
    if (views == 2 * ViewCanvas.VIEWS) {
      List<OrbitCamera> cameras = new ArrayList<>();
      for (int k = 0; k < 8; k++) {
        cameras.add(camera(45 * k, k % 2 == 0 ? -5 : 25, fovRad));
      }
      for (int k = 0; k < 4; k++) {
        cameras.add(camera(23 + 90 * k, 52, fovRad));
      }
      return cameras;
    }
    throw new IllegalArgumentException(
        "denoise.views: " + views + " (expected: 6 or 12, whole canvases of six)");
  }

  private static OrbitCamera camera(double azimuthDeg, double elevationDeg, double fovRad) {
    return new OrbitCamera(
        StrictMath.toRadians(azimuthDeg), StrictMath.toRadians(elevationDeg), RADIUS, fovRad);
  }
}
