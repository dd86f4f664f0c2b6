package dev.voxelmill.gpu.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplersTest {
  private static final double CLEAN = 0.7;

  @Property(tries = 200)
  void everySamplerFindsTheSampleThatAPerfectNetworkKnows(
      @ForAll @IntRange(max = 6) int sampler,
      @ForAll Spacing spacing,
      @ForAll LibraryVersion version,
      @ForAll @IntRange(min = 4, max = 60) int steps,
      @ForAll boolean karras) {
    String name = Samplers.KNOWN.get(sampler);
    SchedulerConfig config =
        Configs.stableDiffusion(
            name,
            "'timestep_spacing': '%s', 'use_karras_sigmas': %s, 'skip_prk_steps': true"
                .formatted(spacing.name().toLowerCase(java.util.Locale.ROOT), karras));
    // Pseudo linear multistep takes noise for constant along the path, which starts too late there.
    Assume.that(!name.equals("PNDMScheduler") || spacing == Spacing.LEADING);
    SamplingPlan plan = Samplers.plan(config, version, steps, 0);

    double found = new ScalarRun(plan, (x, t) -> epsilon(plan, x, t)).from(0.8);

    double leftOver = plan.schedule().noise(Math.max(1, 1000 / steps / 4));
    assertEquals(CLEAN, found, leftOver, name + " " + plan.steps().size());
  }

  /** The noise in x if the clean sample is known; the level is that of the plan's step. */
  private static double epsilon(SamplingPlan plan, double x, double timestep) {
    for (SamplingStep step : plan.steps()) {
      if (step.timestep() == timestep) {
        double signal = step.noising().signal() * step.inputScale();
        return (x - signal * CLEAN) / (step.noising().noise() * step.inputScale());
      }
    }
    throw new IllegalArgumentException("timestep: " + timestep);
  }

  @Test
  void anAbsentKeyTakesTheDefaultOfItsClass() {
    SamplingPlan ddim = plan("DDIMScheduler", 10);
    SamplingPlan euler = plan("EulerDiscreteScheduler", 10);

    assertEquals(900, ddim.steps().getFirst().timestep());
    assertEquals(999, euler.steps().getFirst().timestep());
    assertEquals(1 - 0.0001, ddim.schedule().abar(0), 1e-7);
    assertEquals(1, ddim.steps().getFirst().assignments().getFirst().limit().orElseThrow());
  }

  private static SamplingPlan plan(String name, int steps) {
    return Samplers.plan(
        Configs.of("{'_class_name': '%s'}".formatted(name)), LibraryVersion.V0_30_3, steps, 0);
  }

  @Test
  void withoutRungeKuttaTheSecondTimestepIsVisitedTwice() {
    SamplingPlan plan =
        Samplers.plan(
            Configs.stableDiffusion("PNDMScheduler", "'skip_prk_steps': true"),
            LibraryVersion.V0_30_3,
            4,
            0);

    assertEquals(
        List.of(750.0, 500.0, 500.0, 250.0, 0.0),
        plan.steps().stream().map(SamplingStep::timestep).toList());
  }

  @Test
  void theOriginalZero123DropsItsHighestTimestep() {
    List<Double> timesteps =
        Samplers.originalZero123(50, 1).steps().stream().map(SamplingStep::timestep).toList();

    assertEquals(49, timesteps.size());
    assertEquals(961, timesteps.getFirst());
    assertEquals(1, timesteps.getLast());
    assertEquals(76, Samplers.originalZero123(75, 1).steps().size());
  }

  @Test
  void theAncestralSamplerDrawsNoiseAtItsLastStepAndDoesNotUseIt() {
    SamplingStep last = plan("EulerAncestralDiscreteScheduler", 5).steps().getLast();

    assertTrue(last.drawsNoise());
    assertEquals(0.0, last.assignments().getLast().sum().weights().get(Names.NOISE));
  }

  @Test
  void theTwoReleasesEndTheirLastStepElsewhere() {
    SchedulerConfig config = Configs.stableDiffusion("UniPCMultistepScheduler", "");
    NoiseSchedule schedule = plan("UniPCMultistepScheduler", 3).schedule();

    double newer = carried(Samplers.plan(config, LibraryVersion.V0_30_3, 3, 0));
    double older = carried(Samplers.plan(config, LibraryVersion.V0_20_2, 3, 0));

    assertEquals(0, newer);
    assertTrue(older > 0 && older < 1, () -> older + " " + schedule.timesteps());
  }

  /** How much of the sample the last step carries over. */
  private static double carried(SamplingPlan plan) {
    return plan.steps().getLast().assignments().getLast().sum().weights().get("base");
  }

  @Test
  void whatCannotBeCarriedOutIsRefusedByItsKey() {
    Map<String, SchedulerConfig> configs =
        Map.of(
            "_class_name", Configs.of("{'_class_name': 'LCMScheduler'}"),
            "thresholding", Configs.stableDiffusion("DDIMScheduler", "'thresholding': true"),
            "prediction_type",
                Configs.stableDiffusion("PNDMScheduler", "'prediction_type': 'sample'"),
            "solver_p",
                Configs.stableDiffusion("UniPCMultistepScheduler", "'solver_p': ['a', 'b']"),
            "variance_type", Configs.stableDiffusion("DDPMScheduler", "'variance_type': 'learned'"),
            "beta_schedule",
                Configs.of("{'_class_name': 'DDIMScheduler', 'beta_schedule': 'cubic'}"),
            "beta_end", Configs.of("{'_class_name': 'DDIMScheduler', 'beta_end': 1.5}"),
            "steps_offset", Configs.stableDiffusion("DDIMScheduler", "'steps_offset': 'one'"),
            "trained_betas", Configs.stableDiffusion("DDIMScheduler", "'trained_betas': [0.1]"),
            "solver_order",
                Configs.stableDiffusion("DPMSolverMultistepScheduler", "'solver_order': 4"));

    configs.forEach(
        (key, config) -> {
          SamplerConfigException refusal =
              assertThrows(SamplerConfigException.class, () -> of(config, 10));

          assertEquals(key, refusal.key());
          assertTrue(refusal.getMessage().contains("fix: "), refusal.getMessage());
        });
  }

  private static SamplingPlan of(SchedulerConfig config, int steps) {
    return Samplers.plan(config, LibraryVersion.V0_30_3, steps, 0);
  }

  @Test
  void numbersOfStepsThatLeadOutOfTrainingAreRefused() {
    SchedulerConfig ddim = Configs.stableDiffusion("DDIMScheduler", "'steps_offset': 1");

    assertThrows(SamplerConfigException.class, () -> of(ddim, 0));
    assertThrows(SamplerConfigException.class, () -> of(ddim, 1001));
    assertEquals(
        "timestep", assertThrows(SamplerConfigException.class, () -> of(ddim, 1000)).key());
    assertThrows(SamplerConfigException.class, () -> Samplers.originalZero123(1, 1));
    assertThrows(
        SamplerConfigException.class,
        () -> Samplers.plan(ddim, LibraryVersion.V0_30_3, 10, Double.NaN));
  }

  @Test
  void settingsThatDivideByZeroTogetherAreRefused() {
    SchedulerConfig noise =
        Configs.stableDiffusion(
            "DDIMScheduler", "'rescale_betas_zero_snr': true, 'timestep_spacing': 'trailing'");
    SchedulerConfig order =
        Configs.stableDiffusion("UniPCMultistepScheduler", "'lower_order_final': false");

    assertEquals("step 0", assertThrows(SamplerConfigException.class, () -> of(noise, 10)).key());
    assertEquals("step 9", assertThrows(SamplerConfigException.class, () -> of(order, 10)).key());
  }

  @Test
  void pythonsInfiniteDefaultIsRead(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("scheduler_config.json"),
            "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"lambda_min_clipped\": -Infinity}");

    assertEquals(12, of(SchedulerConfig.read(file), 12).steps().size());
    Files.writeString(file, "not JSON");
    assertThrows(SamplerConfigException.class, () -> SchedulerConfig.read(file));
  }
}
