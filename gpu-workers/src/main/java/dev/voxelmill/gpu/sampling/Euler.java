package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.CLEAN;
import static dev.voxelmill.gpu.sampling.Names.NOISE;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;

import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Euler's method on the ordinary differential equation (Karras et al., 2022, algorithm 1 without
 * its correction), as {@code EulerDiscreteScheduler}, and with fresh noise at every step (Crowson's
 * k-diffusion, {@code sample_euler_ancestral}), as {@code EulerAncestralDiscreteScheduler}.
 *
 * <p>The sample is in the variance-exploding view. The ancestral sampler draws noise at the last
 * step too, where its weight is zero.
 */
final class Euler {
  private Euler() {}

  static SamplingPlan plan(SchedulerConfig config, LibraryVersion version, int steps) {
    Map<String, Prediction> predictions = new HashMap<>(Training.ANY);
    predictions.put("original_sample", Prediction.SAMPLE_PREDICTION);
    Training training = Training.of(config, "linspace", predictions, zeroTerminal(version));
    EulerSigmas levels = EulerSigmas.configured(config, version, training, steps);
    List<SamplingStep> plan = new ArrayList<>();
    for (int i = 0; i < levels.timesteps().size(); i++) {
      double sigma = levels.sigmas().get(i);
      plan.add(
          step(
              levels.timesteps().get(i),
              training.prediction(),
              sigma,
              levels.sigmas().get(i + 1),
              0,
              false));
    }
    return new SamplingPlan(
        "EulerDiscreteScheduler",
        training.schedule(),
        levels.initialScale(),
        levels.sigmas(),
        plan);
  }

  static SamplingPlan ancestralPlan(SchedulerConfig config, LibraryVersion version, int steps) {
    Training training =
        Training.of(config, "linspace", Training.NOISE_OR_VELOCITY, zeroTerminal(version));
    EulerSigmas levels = EulerSigmas.plain(training, steps);
    List<SamplingStep> plan = new ArrayList<>();
    for (int i = 0; i < levels.timesteps().size(); i++) {
      double from = levels.sigmas().get(i);
      double to = levels.sigmas().get(i + 1);
      double up = Math.sqrt(to * to * (from * from - to * to) / (from * from));
      double down = Math.sqrt(to * to - up * up);
      plan.add(step(levels.timesteps().get(i), training.prediction(), from, down, up, true));
    }
    return new SamplingPlan(
        "EulerAncestralDiscreteScheduler",
        training.schedule(),
        levels.initialScale(),
        levels.sigmas(),
        plan);
  }

  private static Training.ZeroTerminal zeroTerminal(LibraryVersion version) {
    return version == LibraryVersion.V0_30_3
        ? Training.ZeroTerminal.TINY
        : Training.ZeroTerminal.IGNORED;
  }

  /** One step from a level down to another, then fresh noise of level {@code up}. */
  private static SamplingStep step(
      double timestep,
      Prediction prediction,
      double from,
      double down,
      double up,
      boolean drawsNoise) {
    double share = (down - from) / from;
    Combination next = Combination.of(SAMPLE).times(1 + share).plus(-share, CLEAN);
    return new SamplingStep(
        timestep,
        EulerSigmas.inputScale(from),
        Noising.exploding(from),
        drawsNoise,
        List.of(
            Assignment.of(CLEAN, prediction.cleanExploding(from)),
            Assignment.of(SAMPLE, drawsNoise ? next.plus(up, NOISE) : next)),
        Map.of());
  }
}
