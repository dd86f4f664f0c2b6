package dev.voxelmill.gpu.distill;

/**
 * The noise levels that a Stable Diffusion denoiser was trained on: {@code sigma_t = sqrt((1 - a_t)
 * / a_t)} for t from 0 to 999, {@code a_t} the product of {@code 1 - beta} under scaled-linear
 * betas from 0.00085 to 0.012 (sjc adapt_sd.py, {@code linear_us}). Built in double precision.
 */
public final class SigmaTable {
  /** Timesteps of the schedule. */
  public static final int TICKS = 1000;

  private static final double BETA_START = 0.00085;
  private static final double BETA_END = 0.0120;

  private final double[] sigmas; // by timestep, ascending

  private SigmaTable(double[] sigmas) {
    this.sigmas = sigmas;
  }

  /** The schedule of Stable Diffusion, Zero-1-to-3 and the shipped prior. */
  public static SigmaTable scaledLinear() {
    double[] sigmas = new double[TICKS];
    double first = Math.sqrt(BETA_START);
    double last = Math.sqrt(BETA_END);
    double kept = 1;
    for (int t = 0; t < TICKS; t++) {
      double root = first + (last - first) * t / (TICKS - 1);
      kept *= 1 - root * root;
      sigmas[t] = Math.sqrt((1 - kept) / kept);
    }
    return new SigmaTable(sigmas);
  }

  /** The noise level of a timestep in [0, 999]. */
  public double at(int timestep) {
    return sigmas[timestep];
  }

  /** The timestep whose noise level is nearest; of two equally near, the higher. */
  public int nearest(double sigma) {
    int best = TICKS - 1;
    for (int t = TICKS - 2; t >= 0; t--) {
      if (Math.abs(sigma - sigmas[t]) < Math.abs(sigma - sigmas[best])) {
        best = t;
      }
    }
    return best;
  }

  /**
   * Noise levels spaced for few steps, from high to low: {@code (h^(1/7) + i/(n-1) (l^(1/7) -
   * h^(1/7)))^7} (Karras et al., 2022, eq. 5; sjc adapt.py, {@code karras_t_schedule}).
   */
  public static double[] karras(double high, double low, int count) {
    double rho = 7;
    double from = StrictMath.pow(high, 1 / rho);
    double to = StrictMath.pow(low, 1 / rho);
    double[] levels = new double[count];
    for (int i = 0; i < count; i++) {
      levels[i] = StrictMath.pow(from + i / (count - 1.0) * (to - from), rho);
    }
    return levels;
  }
}
