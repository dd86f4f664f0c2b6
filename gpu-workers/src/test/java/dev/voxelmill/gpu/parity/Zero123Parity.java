package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123.RelativePose;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.gpu.zero123.Zero123Sight;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import dev.voxelmill.gpu.zero123.Zero123Views;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole pipeline of Zero-1-to-3, from picture and poses to pictures. */
final class Zero123Parity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    try (Zero123Model model =
        Zero123Model.load(scope, recording.folder("pipeline"), PrintOptions.PLAIN)) {
      NDArray pictures = recording.tensor(scope, "image");
      NDArray poses = poses(scope, recording);
      Condition condition = model.sight().condition(scope, pictures, poses);
      answers
          .put("clip_pixels_every7", model.sight().planes(scope, pictures).get(":, :, ::7, ::7"))
          .put("image_embeds", condition.place())
          .put("pose_embeds", poses)
          .put("cc_out", condition.token())
          .put("prompt_embeds", condition.token().zerosLike().concat(condition.token()))
          .put("img_latents_mode", condition.latents());
      views(scope, recording, model, condition, answers);
    }
    return answers;
  }

  private static NDArray poses(NDManager scope, Recording recording) {
    List<RelativePose> poses = new ArrayList<>();
    for (int i = 0; i < recording.input("poses_deg").shape().getFirst(); i++) {
      double[] degrees = recording.part("poses_deg", i);
      poses.add(RelativePose.ofDegrees(degrees[0], degrees[1], degrees[2]));
    }
    return Zero123Sight.poses(scope, poses);
  }

  private static void views(
      NDManager scope,
      Recording recording,
      Zero123Model model,
      Condition condition,
      Answers answers) {
    SamplingPlan plan =
        Samplers.plan(
            model.scheduler(),
            LibraryVersion.V0_20_2,
            recording.whole("num_inference_steps"),
            recording.real("eta"));
    NDList inputs = new NDList();
    NDList outputs = new NDList();
    NDList latents = new NDList();
    try (Zero123Views views =
        new Zero123Views(
            scope, model.network(), condition, plan, recording.real("guidance_scale"), 0)) {
      SamplerState state = views.start(scope, recording.tensor(scope, "init_latents"));
      while (state.nextStep() < views.steps()) {
        Optional<NDArray> normals =
            recording.hasInput("noise")
                ? Optional.of(recording.tensor(scope, "noise").get(state.nextStep()))
                : Optional.empty();
        Zero123Views.Step step = views.step(scope, state, normals);
        inputs.add(step.answered().inputs());
        outputs.add(step.answered().answers());
        state = step.next();
        latents.add(state.sample());
      }
      NDArray pictures = model.codec().decode(scope, state.sample());
      answers.put("image", pictures.transpose(0, 2, 3, 1));
    }
    answers
        .put("timesteps", plan.steps().stream().mapToDouble(step -> step.timestep()).toArray())
        .put("unet_input", NDArrays.stack(inputs))
        .put("unet_output", NDArrays.stack(outputs))
        .put("latents", NDArrays.stack(latents));
  }
}
