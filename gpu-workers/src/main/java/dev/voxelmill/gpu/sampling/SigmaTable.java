package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.util.Arrays;

/**
 * The noise levels of training, float32 and ascending as diffusers keeps them, with its ways to go
 * from timesteps to levels and back.
 */
final class SigmaTable {
  /** Curvature of the spacing (Karras et al., "Elucidating the Design Space", 2022, equation 5). */
  private static final double RHO = 7;

  private static final double LEAST_SIGMA = 1e-10;

  private final double[] sigmas;
  private final double[] logarithms;

  SigmaTable(NoiseSchedule schedule) {
    sigmas = new double[schedule.timesteps()];
    logarithms = new double[sigmas.length];
    for (int t = 0; t < sigmas.length; t++) {
      sigmas[t] = (float) schedule.sigma(t);
      logarithms[t] = (float) Math.log(sigmas[t]);
    }
  }

  double lowest() {
    return sigmas[0];
  }

  double highest() {
    return sigmas[sigmas.length - 1];
  }

  double[] ascending() {
    return sigmas.clone();
  }

  /** The level between two timesteps, linearly; beyond either end that end. */
  double at(double timestep) {
    double within = Math.clamp(timestep, 0, sigmas.length - 1);
    int low = Math.min((int) within, sigmas.length - 2);
    return sigmas[low] + (within - low) * (sigmas[low + 1] - sigmas[low]);
  }

  /** The timestep of a level, with a fraction that is linear in the logarithm. */
  double timestep(double sigma) {
    double logarithm = Math.log(Math.max(sigma, LEAST_SIGMA));
    int found = Arrays.binarySearch(logarithms, logarithm);
    int low = Math.clamp(found >= 0 ? found : -found - 2, 0, logarithms.length - 2);
    double share = (logarithms[low] - logarithm) / (logarithms[low] - logarithms[low + 1]);
    double within = Math.clamp(share, 0, 1);
    return (1 - within) * low + within * (low + 1);
  }

  /** Levels whose seventh roots are evenly spaced from one to another. */
  static double[] karras(double first, double last, int count) {
    double from = Math.pow(first, 1 / RHO);
    double to = Math.pow(last, 1 / RHO);
    double[] levels = new double[count];
    for (int i = 0; i < count; i++) {
      levels[i] = Math.pow(from + ramp(i, count) * (to - from), RHO);
    }
    return levels;
  }

  /** Levels whose logarithms are evenly spaced from one to another. */
  static double[] logarithmic(double first, double last, int count) {
    double from = Math.log(first);
    double to = Math.log(last);
    double[] levels = new double[count];
    for (int i = 0; i < count; i++) {
      levels[i] = Math.exp(from + ramp(i, count) * (to - from));
    }
    return levels;
  }

  private static double ramp(int i, int count) {
    return count == 1 ? 0 : (double) i / (count - 1);
  }
}
