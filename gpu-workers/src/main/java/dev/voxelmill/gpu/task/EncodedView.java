package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/**
 * The input view as the tasks after encoding read it. Both pictures are RGB on white and coverage,
 * each in -1..1, seen by the same camera at azimuth 0.
 *
 * @param image (1, 4, n, n) float32, what the prior is conditioned on
 * @param picture (1, 4, P, P) float32, the same for people to look at
 * @param camera of both pictures
 */
public record EncodedView(NDArray image, NDArray picture, OrbitCamera camera) {
  /** Pixels per side P of the picture. */
  public static final int PICTURE_PX = 128;

  public EncodedView {
    long n = image.getShape().get(2);
    Shapes.require(image, "image", 1, 4, n, n);
    Shapes.require(picture, "picture", 1, 4, PICTURE_PX, PICTURE_PX);
  }

  /** Pixels per side n of the image. */
  public int resolution() {
    return (int) image.getShape().get(2);
  }

  /**
   * The view in n x n pixels, (1, 4, n, n): the image where that is its size, else the mean of the
   * picture's pixels.
   */
  NDArray sized(int n) {
    if (n == resolution()) {
      return image;
    }
    if (PICTURE_PX % n != 0) {
      throw new IllegalArgumentException(
          "n: %d pixels (expected: %d, or a divisor of %d)".formatted(n, resolution(), PICTURE_PX));
    }
    int merged = PICTURE_PX / n;
    return picture.reshape(1, 4, n, merged, n, merged).mean(new int[] {5}).mean(new int[] {3});
  }

  byte[] toBytes(NDManager scope) {
    return new SafeTensorsWriter()
        .add("image", image)
        .add("picture", picture)
        .add("camera", PosedViews.cameras(scope, List.of(camera)))
        .toBytes();
  }

  /** Reads what the encoding task left. */
  public static EncodedView of(NDManager scope, byte[] bytes) {
    try (SafeTensors file = SafeTensors.of("encoded view", bytes)) {
      return new EncodedView(
          file.read(scope, "image"),
          file.read(scope, "picture"),
          PosedViews.cameras(file.read(scope, "camera")).getFirst());
    }
  }
}
