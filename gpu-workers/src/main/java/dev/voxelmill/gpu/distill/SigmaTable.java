package dev.voxelmill.gpu.distill;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;

/**
 * The noise levels of {@link NoiseSchedule} as SJC looks them up: by the smallest difference of
 * sigma itself (sjc adapt_sd.py, {@code linear_us} and {@code snap_t_to_nearest_tick}).
 */
public final class SigmaTable {
  /** Timesteps of the schedule. */
  public static final int TICKS = NoiseSchedule.TIMESTEPS;

  private final double[] sigmas; // by timestep, ascending

  private SigmaTable(double[] sigmas) {
    this.sigmas = sigmas;
  }

  /** The schedule of Stable Diffusion, Zero-1-to-3 and the shipped prior. */
  public static SigmaTable scaledLinear() {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();
    double[] sigmas = new double[TICKS];
    for (int t = 0; t < TICKS; t++) {
      sigmas[t] = schedule.sigma(t);
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
