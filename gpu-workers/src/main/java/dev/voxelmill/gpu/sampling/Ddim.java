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
 * Song et al., "Denoising Diffusion Implicit Models" (2021), equations 12 and 16, as {@code
 * DDIMScheduler} and as the sampler of the original Zero-1-to-3 number its steps.
 */
final class Ddim {
  private Ddim() {}

  /** The plan of {@code DDIMScheduler}; eta is 0 for no fresh noise, 1 for as much as DDPM's. */
  static SamplingPlan plan(SchedulerConfig config, int steps, double eta) {
    config.refuse("thresholding", "false: dynamic thresholding is for models of pixels");
    Training training = Training.of(config, "leading", Training.ANY, Training.ZeroTerminal.EXACT);
    OptionalDouble limit = Clip.limit(config);
    NoiseSchedule schedule = training.schedule();
    double last = config.flag("set_alpha_to_one", true) ? 1 : schedule.abar(0);
    int stride = training.trained() / steps;
    List<SamplingStep> plan = new ArrayList<>();
    for (double timestep :
        training.spacing().timesteps(training.trained(), steps, training.offset(), true)) {
      int t = training.index(config, timestep);
      double before = t >= stride ? schedule.abar(t - stride) : last;
      Levels levels = new Levels(timestep, schedule.abar(t), before, eta);
      plan.add(levels.step(training.prediction(), limit));
    }
    return new SamplingPlan("DDIMScheduler", schedule, 1, List.of(), plan);
  }

  /** The plan of the original Zero-1-to-3: all of the table but its highest timestep. */
  static SamplingPlan original(LdmTable table) {
    List<SamplingStep> plan = new ArrayList<>();
    for (int i = table.timesteps().size() - 2; i >= 0; i--) {
      Levels levels =
          new Levels(
              table.timesteps().get(i), table.abar().get(i), table.before().get(i), table.eta());
      plan.add(levels.step(Prediction.EPSILON, OptionalDouble.empty()));
    }
    return new SamplingPlan("ldm.DDIMSampler", NoiseSchedule.scaledLinear(), 1, List.of(), plan);
  }

  /** Of the fresh noise of a step (equation 16). */
  static double deviation(double abar, double before, double eta) {
    return eta * Math.sqrt((1 - before) / (1 - abar) * (1 - abar / before));
  }

  /**
   * Where one step goes from and to.
   *
   * @param abar signal at this timestep
   * @param before signal after the step
   */
  private record Levels(double timestep, double abar, double before, double eta) {

    SamplingStep step(Prediction prediction, OptionalDouble limit) {
      double signal = Math.sqrt(abar);
      double noise = Math.sqrt(1 - abar);
      double deviation = deviation(abar, before, eta);
      Combination next =
          Combination.of(CLEAN)
              .times(Math.sqrt(before))
              .plus(
                  prediction
                      .noise(signal, noise)
                      .times(Math.sqrt(1 - before - deviation * deviation)));
      boolean drawsNoise = eta > 0;
      return new SamplingStep(
          timestep,
          1,
          new Noising(signal, noise),
          drawsNoise,
          List.of(
              new Assignment(CLEAN, prediction.clean(signal, noise), limit),
              Assignment.of(SAMPLE, drawsNoise ? next.plus(deviation, NOISE) : next)),
          Map.of());
    }
  }
}
