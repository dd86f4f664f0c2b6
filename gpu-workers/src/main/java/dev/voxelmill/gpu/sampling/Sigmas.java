package dev.voxelmill.gpu.sampling;

import java.util.Map;

/** Settings of noise levels that several samplers share. */
final class Sigmas {
  private static final Map<String, Boolean> ENDS_AT_ZERO = Map.of("zero", true, "sigma_min", false);

  private Sigmas() {}

  /** Where the last step ends, by {@code final_sigmas_type}. */
  static double end(SchedulerConfig config, String otherwise, double lowest) {
    return endsAtZero(config, otherwise) ? 0 : lowest;
  }

  static boolean endsAtZero(SchedulerConfig config, String otherwise) {
    return config.choice("final_sigmas_type", otherwise, ENDS_AT_ZERO);
  }

  /** Karras' levels, whose bounds a configuration may give to the newer library. */
  static double[] karras(
      SchedulerConfig config, LibraryVersion version, double first, double last, int count) {
    if (version == LibraryVersion.V0_20_2) {
      return SigmaTable.karras(first, last, count);
    }
    return SigmaTable.karras(
        config.real("sigma_max", first), config.real("sigma_min", last), count);
  }
}
