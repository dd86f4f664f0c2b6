package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.RgbPixels;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.nn.diffusers.ControlNet;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.sampling.SamplingStep;
import dev.voxelmill.gpu.tiling.ViewCanvas;
import dev.voxelmill.gpu.zero123plus.CanvasCondition;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser.Control;
import dev.voxelmill.gpu.zero123plus.CanvasNoise;
import dev.voxelmill.gpu.zero123plus.CanvasScales;
import dev.voxelmill.gpu.zero123plus.GreyGround;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A canvas of Zero123++ from the picture to the views, with the recorded noise. */
final class Zero123PlusParity implements CaseKind {
  private static final String WRITTEN = "ref_dict0.";

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    List<Path> folders = recording.modelFolders();
    Answers answers = new Answers();
    try (Zero123Plus model =
            Zero123Plus.load(scope, folders.getFirst(), PrintOptions.PLAIN.withTrace());
        SamplerKernel sampler = new SamplerKernel(scope)) {
      double guidanceScale = recording.real("guidance_scale");
      SamplingPlan plan = model.plan(recording.whole("num_inference_steps"));
      CanvasNoise noise = noise(recording);
      RgbPixels picture = GreyGround.under(picture(recording));
      answers.put("cond_rgb", bytes(picture));
      answers.put("empty_prompt_ids", model.encoder().numbers(scope));
      CanvasCondition condition =
          model.encoder().encode(scope, picture, guidanceScale > 1, noise, answers::put);
      answers.put("cond_lat", condition.latents());
      answers.put("encoder_hidden_states", condition.tokens());
      answers.put("timesteps", plan.steps().stream().mapToDouble(SamplingStep::timestep).toArray());
      CanvasDenoiser denoiser = new CanvasDenoiser(model.unet(), sampler, plan, guidanceScale);
      Shape shape = model.latents(recording.whole("height"), recording.whole("width"));
      SamplerState state = denoiser.start(scope, noise, shape);
      answers.put("latents_init", state.sample());
      Optional<Control> control = control(scope, recording, folders);
      NDArray latents =
          denoise(scope, recording, model, denoiser, state, condition, control, noise, answers);
      control.ifPresent(used -> used.network().close());
      decode(scope, model, latents, answers);
    }
    return answers;
  }

  private static NDArray denoise(
      NDManager scope,
      Recording recording,
      Zero123Plus model,
      CanvasDenoiser denoiser,
      SamplerState start,
      CanvasCondition condition,
      Optional<Control> control,
      CanvasNoise noise,
      Answers answers) {
    NDList inputs = new NDList();
    NDList references = new NDList();
    NDList outputs = new NDList();
    NDList samples = new NDList();
    SamplerState state = start;
    while (!denoiser.isDone(state)) {
      CanvasDenoiser.Call call = denoiser.advance(scope, state, condition, control, noise);
      if (state.nextStep() == 0) {
        first(scope, recording, model, call, answers);
      }
      inputs.add(call.input());
      references.add(call.reference());
      outputs.add(call.output());
      samples.add(call.next().sample());
      state = call.next();
    }
    answers.put("unet_input", NDArrays.stack(inputs));
    answers.put("noisy_cond_lat", NDArrays.stack(references));
    answers.put("unet_output", NDArrays.stack(outputs));
    answers.put("latents", NDArrays.stack(samples));
    return state.sample();
  }

  private static void first(
      NDManager scope,
      Recording recording,
      Zero123Plus model,
      CanvasDenoiser.Call call,
      Answers answers) {
    for (String name : recording.expected().keySet()) {
      if (name.startsWith(WRITTEN)) {
        answers.put(name, model.unet().network().shown(scope, name.substring(WRITTEN.length())));
      }
    }
    int last = call.residuals().size() - 1;
    for (int i = 0; i <= last; i++) {
      answers.put(i < last ? "controlnet0.down." + i : "controlnet0.mid", call.residuals().get(i));
    }
  }

  private static void decode(NDManager scope, Zero123Plus model, NDArray latents, Answers answers) {
    NDArray unscaled = CanvasScales.unscaleLatents(latents);
    answers.put("unscaled_latents", unscaled);
    answers.put("vae_decode_input", unscaled.div((float) model.scaling()));
    NDArray canvas = model.decode(scope, latents);
    answers.put("unscaled_image", canvas);
    NDArray image = canvas.div(2).add(0.5f).clip(0, 1);
    answers.put("image", image.transpose(0, 2, 3, 1).duplicate());
    answers.put("views", ViewCanvas.untile(image).transpose(0, 2, 3, 1).duplicate());
  }

  private static Optional<Control> control(
      NDManager scope, Recording recording, List<Path> folders) {
    if (!recording.hasInput("depth_image_rgb")) {
      return Optional.empty();
    }
    NDArray rgb = recording.tensor(scope, "depth_image_rgb").div(255).sub(0.5f).div(0.5f);
    return Optional.of(
        new Control(
            ControlNet.load(scope, folders.get(1), PrintOptions.PLAIN),
            rgb.transpose(2, 0, 1).expandDims(0).duplicate(),
            recording.real("conditioning_scale")));
  }

  private static CanvasNoise noise(Recording recording) {
    return (scope, use, step, shape) -> {
      String name =
          switch (use) {
            case POSTERIOR -> "vae_sample_noise";
            case INITIAL -> "init_latents_noise";
            case REFERENCE -> "ref_noise";
            case STEP -> "scheduler_noise";
          };
      double[] part = recording.part(name, step);
      float[] narrow = new float[part.length];
      for (int i = 0; i < part.length; i++) {
        narrow[i] = (float) part[i];
      }
      return scope.create(narrow, shape);
    };
  }

  private static BufferedImage picture(Recording recording) {
    FixtureTensor rgba = recording.input("cond_image_rgba");
    int[] values = rgba.ints();
    int height = rgba.shape().get(0);
    int width = rgba.shape().get(1);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < width * height; i++) {
      int argb =
          values[4 * i + 3] << 24
              | values[4 * i] << 16
              | values[4 * i + 1] << 8
              | values[4 * i + 2];
      picture.setRGB(i % width, i / width, argb);
    }
    return picture;
  }

  private static double[] bytes(RgbPixels picture) {
    byte[] rgb = picture.rgb();
    List<Double> values = new ArrayList<>();
    for (byte value : rgb) {
      values.add((double) Byte.toUnsignedInt(value));
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
