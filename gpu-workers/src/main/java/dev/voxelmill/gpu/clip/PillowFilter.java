package dev.voxelmill.gpu.clip;

/** A resampling filter of Pillow, by the number that a preprocessor's {@code resample} names. */
enum PillowFilter {
  /** Triangle. */
  BILINEAR(2, 1) {
    @Override
    double at(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** Keys' cubic with a = -0.5. */
  BICUBIC(3, 2) {
    @Override
    double at(double x) {
      double d = Math.abs(x);
      if (d < 1) {
        return ((A + 2) * d - (A + 3)) * d * d + 1;
      }
      return d < 2 ? (((d - 5) * d + 8) * d - 4) * A : 0;
    }
  },
  /** Windowed sinc of three lobes. */
  LANCZOS(1, 3) {
    @Override
    double at(double x) {
      return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  private static final double A = -0.5;

  private final int number;
  private final double support;

  PillowFilter(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** The weight at a distance in pixels of the coarser picture. */
  abstract double at(double x);

  int number() {
    return number;
  }

  /** Beyond this distance the weight is zero. */
  double support() {
    return support;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
