package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.sampling.LdmTable;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import java.nio.file.Path;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sampler of the original Zero-1-to-3, with its own numbering of steps, over a real UNet. */
final class LdmSamplerParity implements CaseKind {
  /** The timesteps of the single question's rows stand in the notes. */
  private static final Pattern SINGLE = Pattern.compile("unet_eps_single: .*t=\\[([0-9, ]+)]");

  private static final Pattern COMMA = Pattern.compile(", *");

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    int steps = recording.whole("S");
    double eta = recording.real("eta");
    LdmTable table = LdmTable.of(steps, eta);
    Answers answers =
        new Answers()
            .put("ddim_timesteps_full", numbers(table.timesteps()))
            .put("ddim_alphas", numbers(table.abar()))
            .put("ddim_alphas_prev", numbers(table.before()))
            .put("ddim_sigmas", numbers(table.deviations()));
    SamplingPlan plan = Samplers.originalZero123(steps, eta);
    answers.put("timesteps", plan.steps().stream().mapToDouble(step -> step.timestep()).toArray());
    try (UNet unet = UNet.load(scope, folder(recording), PrintOptions.PLAIN);
        SamplerKernel kernel = new SamplerKernel(scope)) {
      follow(scope, recording, plan, unet, kernel, answers);
    }
    return answers;
  }

  /** The case's words begin with a folder beside it. */
  private static Path folder(Recording recording) {
    String words = recording.one().description().get("model_folder").asText();
    return recording.one().directory().resolveSibling(words.split(" ", 2)[0]);
  }

  private static NDArray singleTimesteps(NDManager scope, Recording recording) {
    for (JsonNode note : recording.one().description().path("notes")) {
      Matcher single = SINGLE.matcher(note.asText());
      if (single.find()) {
        double[] timesteps =
            COMMA.splitAsStream(single.group(1)).mapToDouble(Double::parseDouble).toArray();
        return scope.create(timesteps).toType(DataType.FLOAT32, false);
      }
    }
    throw new NoSuchElementException(
        recording.one().name() + ": notes (expected: unet_eps_single: .. t=[NUMBERS])");
  }

  private static double[] numbers(Collection<? extends Number> values) {
    return values.stream().mapToDouble(Number::doubleValue).toArray();
  }

  private static void follow(
      NDManager scope,
      Recording recording,
      SamplingPlan plan,
      UNet unet,
      SamplerKernel kernel,
      Answers answers) {
    NDArray token = recording.tensor(scope, "c_crossattn");
    NDArray latents = recording.tensor(scope, "c_concat");
    NDArray noise = recording.tensor(scope, "noise");
    float scale = (float) recording.real("guidance_scale");
    SamplerState state = kernel.start(scope, plan, recording.tensor(scope, "x_T"));
    answers.put(
        "unet_eps_single",
        unet.predict(
            scope,
            UNet.Question.of(
                state.sample().concat(latents, 1), singleTimesteps(scope, recording), token)));
    NDList samples = new NDList();
    NDList cleans = new NDList();
    while (state.nextStep() < plan.steps().size()) {
      int call = state.nextStep();
      NDArray ticks = scope.create((float) plan.steps().get(call).timestep());
      NDArray without =
          unet.predict(
              scope,
              UNet.Question.of(
                  state.sample().concat(latents.zerosLike(), 1), ticks, token.zerosLike()));
      NDArray with =
          unet.predict(scope, UNet.Question.of(state.sample().concat(latents, 1), ticks, token));
      NDArray guided = without.add(with.sub(without).mul(scale));
      SamplerKernel.Advanced advanced =
          kernel.advance(scope, plan, state, guided, Optional.of(noise.get(call)));
      state = advanced.state();
      samples.add(state.sample());
      cleans.add(advanced.clean().orElseThrow());
    }
    answers.put("trajectory", NDArrays.stack(samples)).put("pred_x0", NDArrays.stack(cleans));
  }
}
