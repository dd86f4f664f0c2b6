package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.sampling.SamplingStep;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import dev.voxelmill.gpu.zero123plus.CanvasScales;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scales of Zero123++, and a UNet whose first row sees no reference. */
final class Zero123PlusHelpersParity implements CaseKind {
  /** Which of how many calls was recorded stands in the notes. */
  private static final Pattern CALL = Pattern.compile("set_timesteps\\((\\d+)\\), index (\\d+)");

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    NDArray latents = recording.tensor(scope, "latents");
    NDArray image = recording.tensor(scope, "image");
    answers.put("scale_latents", CanvasScales.scaleLatents(latents));
    answers.put("unscale_latents", CanvasScales.unscaleLatents(latents));
    answers.put("scale_image", CanvasScales.scaleImage(image));
    answers.put("unscale_image", CanvasScales.unscaleImage(image));
    Path folder = recording.modelFolders().getFirst();
    try (UNet unet = UNet.load(scope, folder, PrintOptions.PLAIN.withReference());
        SamplerKernel sampler = new SamplerKernel(scope)) {
      SamplingStep step = step(recording, folder.resolveSibling("scheduler"));
      NDArray reference =
          sampler
              .noised(
                  scope,
                  step.noising(),
                  recording.tensor(scope, "cfg.cond_lat"),
                  recording.tensor(scope, "cfg.ref_noise"))
              .mul((float) step.inputScale());
      UNet.Question question =
          UNet.Question.of(
              recording.tensor(scope, "cfg.sample"),
              recording.tensor(scope, "cfg.timestep"),
              recording.tensor(scope, "cfg.encoder_hidden_states"));
      answers.put("cfg.out", unet.predict(scope, question, reference, 1));
      answers.put("cfg.sigma", step.noising().noise());
    }
    return answers;
  }

  private static SamplingStep step(Recording recording, Path scheduler) {
    Matcher call = CALL.matcher(recording.one().description().path("notes").toString());
    if (!call.find()) {
      throw new IllegalArgumentException(
          recording.one().name() + ": notes (expected: set_timesteps(N), index I)");
    }
    SamplingPlan plan =
        Samplers.plan(
            SchedulerConfig.read(scheduler.resolve("scheduler_config.json")),
            LibraryVersion.V0_20_2,
            Integer.parseInt(call.group(1)),
            0);
    return plan.steps().get(Integer.parseInt(call.group(2)));
  }
}
