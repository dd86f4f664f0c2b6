package dev.voxelmill.gpu.clip;

/**
 * Resamples pictures as Pillow does (python-pillow/Pillow 9.4, src/libImaging/Resample.c): the
 * filter widens when shrinking, so that nothing aliases; weights are fixed-point numbers of 22
 * bits; rows are done before columns, each rounded to bytes.
 */
final class PillowResize {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private PillowResize() {}

  /** Weights of the source pixels of one target pixel. */
  private static final class Window {
    final int first;
    final int[] weights;

    Window(int first, int[] weights) {
      this.first = first;
      this.weights = weights;
    }
  }

  static RgbPixels resize(RgbPixels source, int width, int height, PillowFilter filter) {
    RgbPixels rows = width == source.width() ? source : across(source, width, filter);
    return height == source.height() ? rows : down(rows, height, filter);
  }

  private static RgbPixels across(RgbPixels source, int width, PillowFilter filter) {
    Window[] windows = windows(source.width(), width, filter);
    byte[] out = new byte[3 * width * source.height()];
    for (int y = 0; y < source.height(); y++) {
      for (int x = 0; x < width; x++) {
        Window window = windows[x];
        for (int channel = 0; channel < 3; channel++) {
          int sum = HALF;
          for (int k = 0; k < window.weights.length; k++) {
            sum += source.at(window.first + k, y, channel) * window.weights[k];
          }
          out[3 * (y * width + x) + channel] = rounded(sum);
        }
      }
    }
    return new RgbPixels(width, source.height(), out);
  }

  private static RgbPixels down(RgbPixels source, int height, PillowFilter filter) {
    Window[] windows = windows(source.height(), height, filter);
    int width = source.width();
    byte[] out = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      Window window = windows[y];
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int sum = HALF;
          for (int k = 0; k < window.weights.length; k++) {
            sum += source.at(x, window.first + k, channel) * window.weights[k];
          }
          out[3 * (y * width + x) + channel] = rounded(sum);
        }
      }
    }
    return new RgbPixels(width, height, out);
  }

  private static byte rounded(int sum) {
    return (byte) Math.clamp(sum >> PRECISION_BITS, 0, 255);
  }

  private static Window[] windows(int from, int to, PillowFilter filter) {
    double scale = (double) from / to;
    double widening = Math.max(scale, 1);
    double support = filter.support() * widening;
    Window[] windows = new Window[to];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), from);
      double[] weights = new double[end - first];
      double total = 0;
      for (int k = 0; k < weights.length; k++) {
        weights[k] = filter.at((k + first - centre + 0.5) / widening);
        total += weights[k];
      }
      windows[i] = new Window(first, fixedPoint(weights, total));
    }
    return windows;
  }

  private static int[] fixedPoint(double[] weights, double total) {
    int[] fixed = new int[weights.length];
    for (int k = 0; k < fixed.length; k++) {
      double weight = total == 0 ? weights[k] : weights[k] / total;
      fixed[k] = (int) (weight * (1 << PRECISION_BITS) + Math.copySign(0.5, weight));
    }
    return fixed;
  }
}
