package dev.voxelmill.gpu.sampling;

import java.util.OptionalDouble;

/** The clipping of the predicted clean sample that DDPM and DDIM do unless told otherwise. */
final class Clip {
  private Clip() {}

  static OptionalDouble limit(SchedulerConfig config) {
    return config.flag("clip_sample", true)
        ? OptionalDouble.of(config.real("clip_sample_range", 1))
        : OptionalDouble.empty();
  }
}
