package dev.voxelmill.gpu.projection;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A picture and where it was taken from.
 *
 * @param camera in the frame of the input camera's azimuth
 * @param picture (1, 4, n, n) float32, RGB on white and coverage, each in -1..1
 */
public record PosedPicture(OrbitCamera camera, NDArray picture) {
  /** A total order of views by camera, then by picture, so that sums over views have one order. */
  static final Comparator<PosedPicture> ORDER =
      Comparator.comparingDouble((PosedPicture one) -> one.camera.azimuthRad())
          .thenComparingDouble(one -> one.camera.elevationRad())
          .thenComparingDouble(one -> one.camera.radius())
          .thenComparingDouble(one -> one.camera.fovRad())
          .thenComparing(one -> one.picture.toFloatArray(), Arrays::compare);

  public PosedPicture {
    requireNonNull(camera, "camera");
    long n = picture.getShape().get(picture.getShape().dimension() - 1);
    Shapes.require(picture, "picture", 1, 4, n, n);
  }

  /** Pixels along an edge. */
  int sizePx() {
    return Math.toIntExact(picture.getShape().get(3));
  }
}
