package dev.voxelmill.gpu.metrics;

/** Peak signal-to-noise ratio in decibels. */
public final class Psnr {
  private Psnr() {}

  /**
   * 10 log10(range^2 / mean squared error) over all values; infinite for equal pictures.
   *
   * @param range the distance between black and white: 1 or 255
   */
  public static double of(double[] a, double[] b, double range) {
    if (a.length != b.length || a.length == 0) {
      throw new IllegalArgumentException(
          "pictures: " + a.length + " and " + b.length + " values (expected: equal and > 0)");
    }
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - b[i];
      squares += difference * difference;
    }
    return 10 * StrictMath.log10(range * range / (squares / a.length));
  }
}
