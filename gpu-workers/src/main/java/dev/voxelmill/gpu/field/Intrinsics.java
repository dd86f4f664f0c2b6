package dev.voxelmill.gpu.field;

/**
 * How a pinhole camera maps directions to pixels; pixel centres are at integers and row 0 is the
 * top, so the principal point of a centred camera is {@code (W - 1) / 2}.
 *
 * @param width columns, > 0
 * @param height rows, > 0
 * @param focalPx focal length in pixels, the same along both axes
 * @param centreXPx column of the principal point
 * @param centreYPx row of the principal point
 */
public record Intrinsics(
    int width, int height, double focalPx, double centreXPx, double centreYPx) {

  public Intrinsics {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "picture: " + width + "x" + height + " (expected: a positive width and height)");
    }
    if (!(focalPx > 0) || Double.isInfinite(focalPx)) {
      throw new IllegalArgumentException("focalPx: " + focalPx + " (expected: > 0 and finite)");
    }
  }

  /** A centred camera of the given horizontal field of view. */
  public static Intrinsics ofFov(int width, int height, double fovRad) {
    double focalPx = width / 2.0 / StrictMath.tan(fovRad / 2);
    return new Intrinsics(width, height, focalPx, (width - 1) / 2.0, (height - 1) / 2.0);
  }

  /** Reads the row-major (3, 3) matrix that SJC and 3drec call K. */
  public static Intrinsics ofMatrix(int width, int height, double[] matrix) {
    return new Intrinsics(width, height, matrix[0], -matrix[2], -matrix[5]);
  }

  /** The row-major (3, 3) matrix that SJC and 3drec call K (sjc pose.py, {@code get_K}). */
  public double[] matrix() {
    return new double[] {focalPx, 0, -centreXPx, 0, -focalPx, -centreYPx, 0, 0, -1};
  }
}
