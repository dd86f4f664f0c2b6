package dev.voxelmill.gpu.metrics;

/**
 * Structural similarity of two pictures, averaged over channels and over all places where the whole
 * window lies inside the picture.
 *
 * <p>Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
 * structural similarity", IEEE TIP 2004, equation 13, with K1 = 0.01 and K2 = 0.03. Values agree
 * with scikit-image's {@code structural_similarity}, whose crop of half a window leaves the same
 * places.
 */
public final class Ssim {
  private static final double K1 = 0.01;
  private static final double K2 = 0.03;

  private Ssim() {}

  /** How a neighbourhood is weighed. */
  public enum Window {
    /** 7 x 7 equal weights and the sample covariance, N / (N - 1): scikit-image's default. */
    UNIFORM_7(7, Double.POSITIVE_INFINITY, 49.0 / 48),
    /** 11 x 11 Gaussian weights of sigma 1.5, the paper's choice. */
    GAUSSIAN_11(11, 1.5, 1);

    private final int size;
    private final double sigma;
    private final double covarianceScale;

    Window(int size, double sigma, double covarianceScale) {
      this.size = size;
      this.sigma = sigma;
      this.covarianceScale = covarianceScale;
    }

    /** The weights along one axis; they sum to 1. */
    private double[] weights() {
      double[] weights = new double[size];
      double sum = 0;
      for (int i = 0; i < size; i++) {
        double offset = (i - size / 2) / sigma;
        weights[i] = StrictMath.exp(-offset * offset / 2);
        sum += weights[i];
      }
      for (int i = 0; i < size; i++) {
        weights[i] /= sum;
      }
      return weights;
    }
  }

  /** The extent of an interleaved picture: rows, columns, channels. */
  public record Extent(int height, int width, int channels) {
    int count() {
      return height * width * channels;
    }
  }

  /**
   * The mean structural similarity.
   *
   * @param a one picture, (height, width, channels)
   * @param b the other, of the same extent
   * @param range the distance between black and white: 1 or 255
   */
  public static double of(double[] a, double[] b, Extent extent, Window window, double range) {
    int size = window.size;
    if (a.length != extent.count() || b.length != extent.count()) {
      throw new IllegalArgumentException(
          "pictures: " + a.length + " and " + b.length + " values (expected: " + extent + ")");
    }
    if (extent.height() < size || extent.width() < size) {
      throw new IllegalArgumentException(
          "pictures: " + extent + " (expected: at least " + size + " rows and columns)");
    }
    double sum = 0;
    for (int channel = 0; channel < extent.channels(); channel++) {
      sum += ofPlanes(plane(a, extent, channel), plane(b, extent, channel), extent, window, range);
    }
    return sum / extent.channels();
  }

  private static double ofPlanes(
      double[] x, double[] y, Extent extent, Window window, double range) {
    double c1 = K1 * range * K1 * range;
    double c2 = K2 * range * K2 * range;
    double[] weights = window.weights();
    double[] meanX = smooth(x, extent, weights);
    double[] meanY = smooth(y, extent, weights);
    double[] meanXx = smooth(product(x, x), extent, weights);
    double[] meanYy = smooth(product(y, y), extent, weights);
    double[] meanXy = smooth(product(x, y), extent, weights);
    double sum = 0;
    for (int i = 0; i < meanX.length; i++) {
      double varianceX = window.covarianceScale * (meanXx[i] - meanX[i] * meanX[i]);
      double varianceY = window.covarianceScale * (meanYy[i] - meanY[i] * meanY[i]);
      double covariance = window.covarianceScale * (meanXy[i] - meanX[i] * meanY[i]);
      sum +=
          (2 * meanX[i] * meanY[i] + c1)
              * (2 * covariance + c2)
              / ((meanX[i] * meanX[i] + meanY[i] * meanY[i] + c1) * (varianceX + varianceY + c2));
    }
    return sum / meanX.length;
  }

  private static double[] plane(double[] picture, Extent extent, int channel) {
    double[] plane = new double[extent.height() * extent.width()];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = picture[i * extent.channels() + channel];
    }
    return plane;
  }

  private static double[] product(double[] x, double[] y) {
    double[] product = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      product[i] = x[i] * y[i];
    }
    return product;
  }

  /** Weighted means where the whole window fits: rows first, then columns. */
  private static double[] smooth(double[] plane, Extent extent, double[] weights) {
    int width = extent.width() - weights.length + 1;
    int height = extent.height() - weights.length + 1;
    double[] rows = new double[extent.height() * width];
    for (int row = 0; row < extent.height(); row++) {
      for (int column = 0; column < width; column++) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * plane[row * extent.width() + column + k];
        }
        rows[row * width + column] = sum;
      }
    }
    double[] means = new double[height * width];
    for (int i = 0; i < means.length; i++) {
      for (int k = 0; k < weights.length; k++) {
        means[i] += weights[k] * rows[i + k * width];
      }
    }
    return means;
  }
}
