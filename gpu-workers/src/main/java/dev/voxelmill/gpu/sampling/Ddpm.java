package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.CLEAN;
import static dev.voxelmill.gpu.sampling.Names.NOISE;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Ancestral sampling (Ho et al., "Denoising Diffusion Probabilistic Models", 2020, equations 6, 7
 * and 15), as {@code DDPMScheduler}.
 */
final class Ddpm {
  private static final double LEAST_VARIANCE = 1e-20;
  private static final Map<String, Spread> SPREADS =
      Map.of(
          "fixed_small", Spread.SMALL,
          "fixed_small_log", Spread.SMALL,
          "fixed_large", Spread.LARGE);

  /** Which of the two bounds of the reverse variance is taken. */
  private enum Spread {
    SMALL,
    LARGE
  }

  private Ddpm() {}

  static SamplingPlan plan(SchedulerConfig config, LibraryVersion version, int steps) {
    config.refuse("thresholding", "false: dynamic thresholding is for models of pixels");
    Training training =
        Training.of(
            config,
            "leading",
            Training.ANY,
            version == LibraryVersion.V0_30_3
                ? Training.ZeroTerminal.EXACT
                : Training.ZeroTerminal.IGNORED);
    Spread spread = config.choice("variance_type", "fixed_small", SPREADS);
    OptionalDouble limit = Clip.limit(config);
    NoiseSchedule schedule = training.schedule();
    int stride = training.trained() / steps;
    List<SamplingStep> plan = new ArrayList<>();
    for (double timestep :
        training.spacing().timesteps(training.trained(), steps, training.offset(), true)) {
      int t = training.index(config, timestep);
      double abar = schedule.abar(t);
      double before = t >= stride ? schedule.abar(t - stride) : 1;
      double alpha = abar / before;
      double posterior = (1 - before) / (1 - abar) * (1 - alpha);
      double variance = spread == Spread.SMALL ? Math.max(posterior, LEAST_VARIANCE) : 1 - alpha;
      Combination next =
          Combination.of(CLEAN)
              .times(Math.sqrt(before) * (1 - alpha) / (1 - abar))
              .plus(Math.sqrt(alpha) * (1 - before) / (1 - abar), SAMPLE);
      plan.add(
          new SamplingStep(
              timestep,
              1,
              new Noising(schedule.signal(t), schedule.noise(t)),
              t > 0,
              List.of(
                  new Assignment(
                      CLEAN,
                      training.prediction().clean(schedule.signal(t), schedule.noise(t)),
                      limit),
                  Assignment.of(SAMPLE, t > 0 ? next.plus(Math.sqrt(variance), NOISE) : next)),
              Map.of()));
    }
    return new SamplingPlan("DDPMScheduler", schedule, 1, List.of(), plan);
  }
}
