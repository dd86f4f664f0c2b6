package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.OUTPUT;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;
import static dev.voxelmill.gpu.sampling.Names.ago;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pseudo linear multistep, with or without Runge-Kutta steps to begin with (Liu et al., "Pseudo
 * Numerical Methods for Diffusion Models on Manifolds", 2022, equations 9, 12 and 13), as {@code
 * PNDMScheduler}.
 *
 * <p>Without Runge-Kutta the second timestep is visited twice, N + 1 calls in all: the second visit
 * repeats the first step with the mean of both answers. With it, each of the first three steps
 * takes four calls.
 */
final class Pndm {
  private static final int RUNGE_KUTTA_STEPS = 3;
  private static final int STAGES = 4;
  private static final int REMEMBERED = 3;

  /** The sample that a Runge-Kutta step, or the repeated first step, starts from. */
  private static final String BASE = "base";

  /** The weighted answers of a Runge-Kutta step so far. */
  private static final String MEAN = "mean";

  private final SchedulerConfig config;
  private final Training training;
  private final int stride;
  private final double last;

  private Pndm(SchedulerConfig config, int steps) {
    this.config = config;
    training =
        Training.of(config, "leading", Training.NOISE_OR_VELOCITY, Training.ZeroTerminal.IGNORED);
    stride = training.trained() / steps;
    last = config.flag("set_alpha_to_one", false) ? 1 : training.schedule().abar(0);
  }

  static SamplingPlan plan(SchedulerConfig config, int steps) {
    Pndm pndm = new Pndm(config, steps);
    double[] timesteps =
        pndm.training
            .spacing()
            .timesteps(pndm.training.trained(), steps, pndm.training.offset(), true);
    List<SamplingStep> plan = new ArrayList<>();
    if (config.flag("skip_prk_steps", false)) {
      pndm.multistepOnly(timesteps, plan);
    } else {
      pndm.rungeKuttaFirst(timesteps, plan);
    }
    return new SamplingPlan("PNDMScheduler", pndm.training.schedule(), 1, List.of(), plan);
  }

  private void multistepOnly(double[] timesteps, List<SamplingStep> plan) {
    int calls = timesteps.length == 1 ? 1 : timesteps.length + 1;
    for (int call = 0; call < calls; call++) {
      double t = timesteps[call == 0 ? 0 : Math.max(1, call - 1)];
      if (call == 1) {
        Combination mean = Combination.of(OUTPUT).plus(1, ago(OUTPUT, 1)).times(0.5);
        plan.add(step(t, List.of(move(BASE, t + stride, t, mean)), answers(1)));
      } else {
        int older = call == 0 ? 0 : Math.min(call - 1, REMEMBERED);
        Map<String, String> kept = shifted(older);
        List<Assignment> assignments = new ArrayList<>();
        if (call == 0) {
          assignments.add(Assignment.of(BASE, Combination.of(SAMPLE)));
          kept.put(BASE, BASE);
        }
        assignments.add(move(SAMPLE, t, t - stride, multistep(older)));
        plan.add(step(t, assignments, kept));
      }
    }
  }

  private void rungeKuttaFirst(double[] timesteps, List<SamplingStep> plan) {
    if (timesteps.length <= RUNGE_KUTTA_STEPS) {
      throw new SamplerConfigException(
          config.source(),
          "steps",
          Integer.toString(timesteps.length),
          "at least " + (RUNGE_KUTTA_STEPS + 1) + ", as skip_prk_steps is false",
          "more steps, or skip_prk_steps true");
    }
    int half = stride / 2;
    for (int i = 0; i < RUNGE_KUTTA_STEPS; i++) {
      double from = timesteps[i];
      // The library's own grid: halfway points hang above the timesteps, each visited twice.
      double middle = timesteps[i + 1] + half;
      double[] visited = {from, middle, middle, timesteps[i + 1]};
      for (int stage = 0; stage < STAGES; stage++) {
        double to = visited[stage] - (stage % 2 == 0 ? half : 0);
        plan.add(rungeKutta(i, stage, visited[stage], from, to));
      }
    }
    for (int i = RUNGE_KUTTA_STEPS; i < timesteps.length; i++) {
      plan.add(
          step(
              timesteps[i],
              List.of(move(SAMPLE, timesteps[i], timesteps[i] - stride, multistep(REMEMBERED))),
              shifted(REMEMBERED)));
    }
  }

  private SamplingStep rungeKutta(int index, int stage, double visited, double from, double to) {
    double weight = stage == 0 || stage == STAGES - 1 ? 1.0 / 6 : 1.0 / 3;
    Combination mean = Combination.of(OUTPUT).times(weight);
    Map<String, String> kept = stage == 0 ? shifted(index) : answers(index + 1);
    List<Assignment> assignments = new ArrayList<>();
    if (stage == 0) {
      assignments.add(Assignment.of(BASE, Combination.of(SAMPLE)));
    } else {
      mean = Combination.of(MEAN).plus(mean);
    }
    if (stage < STAGES - 1) {
      assignments.add(Assignment.of(MEAN, mean));
      kept.put(BASE, BASE);
      kept.put(MEAN, MEAN);
    }
    Combination direction = stage < STAGES - 1 ? Combination.of(OUTPUT) : mean;
    assignments.add(move(BASE, from, to, direction));
    return step(visited, assignments, kept);
  }

  /** The answers of the last calls, so weighted that their polynomial is extrapolated. */
  private static Combination multistep(int older) {
    double[] weights =
        switch (older) {
          case 0 -> new double[] {1};
          case 1 -> new double[] {3 / 2.0, -1 / 2.0};
          case 2 -> new double[] {23 / 12.0, -16 / 12.0, 5 / 12.0};
          default -> new double[] {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0};
        };
    Combination sum = Combination.zero();
    for (int calls = 0; calls < weights.length; calls++) {
      sum = sum.plus(weights[calls], ago(OUTPUT, calls));
    }
    return sum;
  }

  /** The sample at another timestep (equation 9), from a sample and the noise in it. */
  private Assignment move(String base, double from, double to, Combination answer) {
    NoiseSchedule schedule = training.schedule();
    double abar = schedule.abar(training.index(config, from));
    double before = to < 0 ? last : schedule.abar(training.index(config, to));
    Combination noise = answer;
    if (training.prediction() == Prediction.V_PREDICTION) {
      noise = answer.times(Math.sqrt(abar)).plus(Math.sqrt(1 - abar), base);
    }
    double denominator = abar * Math.sqrt(1 - before) + Math.sqrt(abar * (1 - abar) * before);
    return Assignment.of(
        SAMPLE,
        Combination.of(base)
            .times(Math.sqrt(before / abar))
            .minus(noise.times((before - abar) / denominator)));
  }

  private SamplingStep step(double t, List<Assignment> assignments, Map<String, String> kept) {
    int index = training.index(config, t);
    NoiseSchedule schedule = training.schedule();
    return new SamplingStep(
        t, 1, new Noising(schedule.signal(index), schedule.noise(index)), false, assignments, kept);
  }

  /** This answer becomes the one of a call ago; of the older ones that many move along. */
  private static Map<String, String> shifted(int older) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (int calls = 0; calls <= Math.min(older, REMEMBERED - 1); calls++) {
      kept.put(ago(OUTPUT, calls + 1), ago(OUTPUT, calls));
    }
    return kept;
  }

  /** The remembered answers stay as they are. */
  private static Map<String, String> answers(int count) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (int calls = 1; calls <= count; calls++) {
      kept.put(ago(OUTPUT, calls), ago(OUTPUT, calls));
    }
    return kept;
  }
}
