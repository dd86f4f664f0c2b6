package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The levels between which a multistep solver integrates.
 *
 * @param timesteps one per call, descending
 * @param sigmas the table that the library of that version shows
 * @param levels one per call, then where the last step ends
 */
record MultistepLevels(List<Double> timesteps, List<Double> sigmas, List<Level> levels) {
  private static final double NO_BOUND = Double.NEGATIVE_INFINITY;

  /**
   * One level in the variance-preserving view.
   *
   * @param alpha weight of the clean sample
   * @param sigma weight of the noise
   * @param lambda logarithm of their ratio, half of the log signal-to-noise ratio
   */
  record Level(double alpha, double sigma, double lambda) {
    /** From a level of the variance-exploding view; 0 gives an infinite ratio. */
    static Level exploding(double sigma) {
      double alpha = 1 / Math.sqrt(sigma * sigma + 1);
      return new Level(alpha, sigma * alpha, Math.log(alpha) - Math.log(sigma * alpha));
    }

    static Level at(NoiseSchedule schedule, int timestep) {
      double alpha = schedule.signal(timestep);
      double sigma = schedule.noise(timestep);
      return new Level(alpha, sigma, Math.log(alpha) - Math.log(sigma));
    }
  }

  /**
   * Reads {@code lambda_min_clipped}, {@code use_karras_sigmas}, {@code use_lu_lambdas} and {@code
   * final_sigmas_type}.
   *
   * @param solver whether the keys that only DPM-Solver knows count
   */
  static MultistepLevels of(
      SchedulerConfig config,
      LibraryVersion version,
      Training training,
      int steps,
      boolean solver) {
    double clipped = solver ? config.real("lambda_min_clipped", NO_BOUND) : NO_BOUND;
    double[] timesteps =
        training
            .spacing()
            .timestepsAndEnd(
                training.trained(), visitable(training, clipped), steps, training.offset());
    return version == LibraryVersion.V0_20_2
        ? older(config, training, timesteps, steps)
        : newer(config, training, timesteps, steps, solver);
  }

  /** Timesteps from the lowest up whose lambda is not below the bound. */
  private static int visitable(Training training, double bound) {
    int last = training.trained();
    while (last > 1 && Level.at(training.schedule(), last - 1).lambda() < bound) {
      last--;
    }
    return last;
  }

  /** Levels are those of the visited timesteps, each once, and of timestep 0. */
  private static MultistepLevels older(
      SchedulerConfig config, Training training, double[] spaced, int steps) {
    SigmaTable table = new SigmaTable(training.schedule());
    double[] sigmas = table.ascending();
    double[] timesteps = spaced;
    if (config.flag("use_karras_sigmas", false)) {
      // That release hands the bounds over the wrong way round, so that its levels ascend.
      sigmas = SigmaTable.karras(table.lowest(), table.highest(), steps);
      timesteps = new double[steps];
      for (int i = 0; i < steps; i++) {
        timesteps[i] = Math.rint(table.timestep(sigmas[steps - 1 - i]));
      }
    }
    timesteps = Arrays.stream(timesteps).distinct().toArray();
    List<Level> levels = new ArrayList<>();
    for (double timestep : timesteps) {
      levels.add(Level.at(training.schedule(), training.index(config, timestep)));
    }
    levels.add(Level.at(training.schedule(), 0));
    return new MultistepLevels(boxed(timesteps), boxed(sigmas), levels);
  }

  private static MultistepLevels newer(
      SchedulerConfig config, Training training, double[] spaced, int steps, boolean solver) {
    SigmaTable table = new SigmaTable(training.schedule());
    double[] timesteps = spaced;
    double[] sigmas;
    double lowest = table.lowest();
    if (config.flag("use_karras_sigmas", false)) {
      sigmas = Sigmas.karras(config, LibraryVersion.V0_30_3, table.highest(), lowest, steps);
      timesteps = rounded(table, sigmas);
      lowest = solver ? lowest : sigmas[steps - 1];
    } else if (solver && config.flag("use_lu_lambdas", false)) {
      sigmas = SigmaTable.logarithmic(table.highest(), lowest, steps);
      timesteps = rounded(table, sigmas);
    } else {
      sigmas = Arrays.stream(timesteps).map(table::at).toArray();
    }
    double[] all = Arrays.copyOf(sigmas, sigmas.length + 1);
    all[sigmas.length] = Sigmas.end(config, "zero", lowest);
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      all[i] = (float) all[i];
      levels.add(Level.exploding(all[i]));
    }
    return new MultistepLevels(boxed(timesteps), boxed(all), levels);
  }

  private static double[] rounded(SigmaTable table, double[] sigmas) {
    return Arrays.stream(sigmas).map(table::timestep).map(Math::rint).toArray();
  }

  int steps() {
    return timesteps.size();
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
