package dev.voxelmill.gpu.sampling;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The noise levels and timesteps of the two Euler samplers.
 *
 * @param timesteps one per call, descending
 * @param sigmas one per call, then where the last step ends
 * @param scaled whether the sample starts at the variance of signal and noise together
 */
record EulerSigmas(List<Double> timesteps, List<Double> sigmas, boolean scaled) {
  private static final double CONTINUOUS = 0.25;
  private static final Map<String, Boolean> LOGARITHMIC =
      Map.of("linear", false, "log_linear", true);
  private static final Map<String, Boolean> IS_CONTINUOUS =
      Map.of("discrete", false, "continuous", true);

  static EulerSigmas plain(Training training, int steps) {
    double[] timesteps = visited(training, steps);
    double[] levels = atTimesteps(new SigmaTable(training.schedule()), timesteps);
    return of(timesteps, levels, 0, training);
  }

  static EulerSigmas configured(
      SchedulerConfig config, LibraryVersion version, Training training, int steps) {
    SigmaTable table = new SigmaTable(training.schedule());
    double[] timesteps = visited(training, steps);
    double[] levels =
        config.choice("interpolation_type", "linear", LOGARITHMIC)
            ? SigmaTable.logarithmic(table.highest(), table.lowest(), steps + 1)
            : atTimesteps(table, timesteps);
    if (config.flag("use_karras_sigmas", false)) {
      levels = Sigmas.karras(config, version, levels[0], levels[levels.length - 1], steps);
      timesteps = Arrays.stream(levels).map(table::timestep).toArray();
    }
    double end = 0;
    if (version == LibraryVersion.V0_30_3) {
      end = Sigmas.end(config, "zero", table.lowest());
      if (config.choice("timestep_type", "discrete", IS_CONTINUOUS)
          && training.prediction() == Prediction.V_PREDICTION) {
        timesteps = Arrays.stream(levels).limit(steps).map(s -> CONTINUOUS * Math.log(s)).toArray();
      }
    }
    return of(timesteps, levels, end, training);
  }

  private static EulerSigmas of(
      double[] timesteps, double[] levels, double end, Training training) {
    double[] sigmas = Arrays.copyOf(levels, levels.length + 1);
    sigmas[levels.length] = end;
    return new EulerSigmas(
        Arrays.stream(timesteps).boxed().toList(),
        Arrays.stream(sigmas).mapToObj(sigma -> (double) (float) sigma).toList(),
        training.spacing() == Spacing.LEADING);
  }

  private static double[] visited(Training training, int steps) {
    return training.spacing().timesteps(training.trained(), steps, training.offset(), false);
  }

  private static double[] atTimesteps(SigmaTable table, double[] timesteps) {
    return Arrays.stream(timesteps).map(table::at).toArray();
  }

  /** What standard normals are multiplied with to become the first sample. */
  double initialScale() {
    double highest = Collections.max(sigmas);
    return scaled ? Math.sqrt(highest * highest + 1) : highest;
  }

  /** Factor that brings a sample of that level to the variance that the network knows. */
  static double inputScale(double sigma) {
    return 1 / Math.sqrt(sigma * sigma + 1);
  }
}
