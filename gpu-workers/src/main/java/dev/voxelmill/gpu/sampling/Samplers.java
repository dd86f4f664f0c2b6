package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.util.List;

/** Plans of the samplers that are known here. */
public final class Samplers {
  /** Names that {@code _class_name} may have. */
  public static final List<String> KNOWN =
      List.of(
          "DDPMScheduler",
          "DDIMScheduler",
          "PNDMScheduler",
          "EulerDiscreteScheduler",
          "EulerAncestralDiscreteScheduler",
          "UniPCMultistepScheduler",
          "DPMSolverMultistepScheduler");

  private Samplers() {}

  /**
   * The plan of a configured sampler.
   *
   * @param config names the sampler and says how the network was trained
   * @param version whose arithmetic is followed
   * @param steps as asked for, in 1..timesteps of training; PNDM makes more calls than that
   * @param eta share of fresh noise in DDIM, in 0..1; the others have no such setting
   * @throws SamplerConfigException naming the key, the value, the rule and the fix
   */
  public static SamplingPlan plan(
      SchedulerConfig config, LibraryVersion version, int steps, double eta) {
    int trained = config.whole("num_train_timesteps", NoiseSchedule.TIMESTEPS, 2, 1_000_000);
    require(config.source(), steps, 1, trained);
    requireShare(config.source(), eta);
    String name = config.values().path("_class_name").asText();
    SamplingPlan plan =
        switch (name) {
          case "DDPMScheduler" -> Ddpm.plan(config, version, steps);
          case "DDIMScheduler" -> Ddim.plan(config, steps, eta);
          case "PNDMScheduler" -> Pndm.plan(config, steps);
          case "EulerDiscreteScheduler" -> Euler.plan(config, version, steps);
          case "EulerAncestralDiscreteScheduler" -> Euler.ancestralPlan(config, version, steps);
          case "UniPCMultistepScheduler" -> UniPc.plan(config, version, steps);
          case "DPMSolverMultistepScheduler" -> DpmSolver.plan(config, version, steps);
          default -> throw config.wrong("_class_name", "one of " + KNOWN);
        };
    plan.firstUndefined()
        .ifPresent(
            step -> {
              throw new SamplerConfigException(
                  config.source(),
                  "step " + step,
                  "a weight that is not finite",
                  "settings that go together",
                  "look at rescale_betas_zero_snr, lower_order_final and final_sigmas_type");
            });
    return plan;
  }

  /**
   * The plan of the original Zero-1-to-3, whose numbering of steps is its own.
   *
   * @param steps as its user interface counts them, in 2..1000; other numbers of calls follow
   * @param eta share of fresh noise, in 0..1
   */
  public static SamplingPlan originalZero123(int steps, double eta) {
    return Ddim.original(LdmTable.of(steps, eta));
  }

  static void require(String source, int steps, int least, int most) {
    if (steps < least || steps > most) {
      throw new SamplerConfigException(
          source,
          "steps",
          Integer.toString(steps),
          "in " + least + ".." + most,
          "ask for another number");
    }
  }

  static void requireShare(String source, double eta) {
    if (!(eta >= 0 && eta <= 1)) {
      throw new SamplerConfigException(
          source, "eta", Double.toString(eta), "in 0..1", "ask for another");
    }
  }
}
