package dev.voxelmill.gpu.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.diffusion.BetaSchedule;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.util.Map;

/**
 * What the keys that all samplers share say about the network's training.
 *
 * @param schedule signal that is left at each timestep
 * @param prediction what the network answers
 * @param spacing which timesteps a run visits
 * @param offset added to the timesteps of a leading spacing
 */
record Training(NoiseSchedule schedule, Prediction prediction, Spacing spacing, int offset) {
  /** What diffusers puts for the abar of pure noise where it divides by it. */
  private static final double NEARLY_ZERO = 0x1p-24;

  private static final int MOST_TIMESTEPS = 1_000_000;
  private static final Map<String, BetaSchedule> BETAS =
      Map.of(
          "linear", BetaSchedule.LINEAR,
          "scaled_linear", BetaSchedule.SCALED_LINEAR,
          "squaredcos_cap_v2", BetaSchedule.SQUARED_COSINE,
          "sigmoid", BetaSchedule.SIGMOID);
  private static final Map<String, Spacing> SPACINGS =
      Map.of(
          "linspace", Spacing.LINSPACE,
          "leading", Spacing.LEADING,
          "trailing", Spacing.TRAILING);

  static final Map<String, Prediction> NOISE_OR_VELOCITY =
      Map.of("epsilon", Prediction.EPSILON, "v_prediction", Prediction.V_PREDICTION);
  static final Map<String, Prediction> ANY =
      Map.of(
          "epsilon", Prediction.EPSILON,
          "v_prediction", Prediction.V_PREDICTION,
          "sample", Prediction.SAMPLE_PREDICTION);

  /** How the schedule of a zero terminal signal-to-noise ratio is treated. */
  enum ZeroTerminal {
    /** The setting is unknown to the sampler and has no effect. */
    IGNORED,
    /** The last abar is exactly zero. */
    EXACT,
    /** The last abar is tiny, for a sampler that divides by it. */
    TINY
  }

  /**
   * @param spacing the sampler's default of {@code timestep_spacing}
   * @param predictions those that the sampler can work with
   */
  static Training of(
      SchedulerConfig config,
      String spacing,
      Map<String, Prediction> predictions,
      ZeroTerminal zeroTerminal) {
    return new Training(
        schedule(config, zeroTerminal),
        config.choice("prediction_type", "epsilon", predictions),
        config.choice("timestep_spacing", spacing, SPACINGS),
        config.whole("steps_offset", 0, 0, MOST_TIMESTEPS));
  }

  private static NoiseSchedule schedule(SchedulerConfig config, ZeroTerminal zeroTerminal) {
    NoiseSchedule schedule = BetaSchedule.schedule(betas(config));
    if (zeroTerminal == ZeroTerminal.IGNORED || !config.flag("rescale_betas_zero_snr", false)) {
      return schedule;
    }
    return BetaSchedule.zeroTerminal(schedule, zeroTerminal == ZeroTerminal.TINY ? NEARLY_ZERO : 0);
  }

  private static float[] betas(SchedulerConfig config) {
    float[] betas = config.has("trained_betas") ? trained(config) : computed(config);
    for (float beta : betas) {
      if (!(beta >= 0 && beta <= 1)) {
        throw config.wrong(
            config.has("trained_betas") ? "trained_betas" : "beta_end", "every beta in 0..1");
      }
    }
    return betas;
  }

  private static float[] computed(SchedulerConfig config) {
    return config
        .choice("beta_schedule", "linear", BETAS)
        .betas(
            config.real("beta_start", 0.0001),
            config.real("beta_end", 0.02),
            config.whole("num_train_timesteps", 1000, 2, MOST_TIMESTEPS));
  }

  private static float[] trained(SchedulerConfig config) {
    JsonNode list = config.values().get("trained_betas");
    float[] betas = new float[list.size()];
    for (int i = 0; i < betas.length; i++) {
      betas[i] = list.get(i).isNumber() ? list.get(i).floatValue() : Float.NaN;
    }
    int wanted = config.whole("num_train_timesteps", 1000, 2, MOST_TIMESTEPS);
    if (!list.isArray() || betas.length != wanted) {
      throw config.wrong("trained_betas", wanted + " numbers, as num_train_timesteps says");
    }
    return betas;
  }

  int trained() {
    return schedule.timesteps();
  }

  /**
   * A visited timestep as an index into the schedule.
   *
   * @throws SamplerConfigException when the spacing led outside of training, as an offset can
   */
  int index(SchedulerConfig config, double timestep) {
    int index = (int) timestep;
    if (index != timestep || index < 0 || index >= trained()) {
      throw new SamplerConfigException(
          config.source(),
          "timestep",
          Double.toString(timestep),
          "a whole number in 0.." + (trained() - 1),
          "fewer steps or another steps_offset");
    }
    return index;
  }
}
