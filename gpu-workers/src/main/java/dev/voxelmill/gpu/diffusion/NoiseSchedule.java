package dev.voxelmill.gpu.diffusion;

/**
 * How much signal is left at each timestep of training: abar_t = prod(1 - beta_i), kept in float64.
 *
 * <p>Notation: abar is the signal's share of the variance in the variance-preserving view, x_t =
 * sqrt(abar) x0 + sqrt(1 - abar) n; sigma = sqrt((1 - abar) / abar) is the noise level of the
 * variance-exploding view, z = x0 + sigma n, and x_t = z / sqrt(1 + sigma^2). References: Ho et
 * al., "Denoising Diffusion Probabilistic Models" (2020), equation 4; Karras et al. (2022), table
 * 1, for the two views.
 */
public final class NoiseSchedule {
  /** Timesteps of the two schedules named here, and of every published model that is supported. */
  public static final int TIMESTEPS = 1000;

  private static final double FIRST_BETA = 0.00085;
  private static final double LAST_BETA = 0.0120;

  private static final NoiseSchedule SCALED_LINEAR = new NoiseSchedule(true);
  private static final NoiseSchedule LINEAR = new NoiseSchedule(false);

  private final double[] abar;

  private NoiseSchedule(boolean scaled) {
    abar = new double[TIMESTEPS];
    double product = 1;
    for (int i = 0; i < TIMESTEPS; i++) {
      product *= 1 - beta(scaled, (double) i / (TIMESTEPS - 1));
      abar[i] = product;
    }
  }

  private NoiseSchedule(double[] abar) {
    this.abar = abar.clone();
  }

  /** The schedule of a table of abar, in 0..1 and falling. */
  public static NoiseSchedule of(double[] abar) {
    for (int t = 0; t < abar.length; t++) {
      double before = t == 0 ? 1 : abar[t - 1];
      if (!(abar[t] >= 0 && abar[t] <= before)) {
        throw new IllegalArgumentException(
            "abar[" + t + "]: " + abar[t] + " (expected: in 0.." + before + ", it falls)");
      }
    }
    return new NoiseSchedule(abar);
  }

  /** beta linear in its square root: Stable Diffusion, Zero-1-to-3 and the default prior. */
  public static NoiseSchedule scaledLinear() {
    return SCALED_LINEAR;
  }

  /** beta linear: Zero123++. */
  public static NoiseSchedule linear() {
    return LINEAR;
  }

  /** Timesteps of training. */
  public int timesteps() {
    return abar.length;
  }

  /** The signal's share of the variance at a timestep. */
  public double abar(int timestep) {
    if (timestep < 0 || timestep >= abar.length) {
      throw new IllegalArgumentException(
          "timestep: " + timestep + " (expected: in [0, " + abar.length + "))");
    }
    return abar[timestep];
  }

  /** The weight of the clean sample in the variance-preserving view. */
  public double signal(int timestep) {
    return Math.sqrt(abar(timestep));
  }

  /** The weight of the noise in the variance-preserving view. */
  public double noise(int timestep) {
    return Math.sqrt(1 - abar(timestep));
  }

  /** The noise level of the variance-exploding view. */
  public double sigma(int timestep) {
    double signal = abar(timestep);
    return Math.sqrt((1 - signal) / signal);
  }

  /** The timestep whose noise level is nearest in its logarithm. */
  public int nearestTimestep(double sigma) {
    int low = 0;
    int high = abar.length - 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (sigma(middle) <= sigma) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return sigma * sigma <= sigma(low) * sigma(high) ? low : high;
  }

  private static double beta(boolean scaled, double position) {
    if (scaled) {
      double root =
          Math.sqrt(FIRST_BETA) + (Math.sqrt(LAST_BETA) - Math.sqrt(FIRST_BETA)) * position;
      return root * root;
    }
    return FIRST_BETA + (LAST_BETA - FIRST_BETA) * position;
  }
}
