package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.DistillOptions;
import dev.voxelmill.gpu.distill.NetworkDenoiser;
import dev.voxelmill.gpu.distill.NoiseNetwork;
import dev.voxelmill.gpu.distill.Scores;
import dev.voxelmill.gpu.distill.SigmaTable;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Noise levels, the guided denoiser, and the gradient that it gives. */
final class ScoreParity implements CaseKind {
  private static final Pattern KARRAS = Pattern.compile("karras_t_schedule_(\\d+)");

  /** The range over which both programs space Karras' levels. */
  private static final double KARRAS_HIGH = 80;

  private static final double KARRAS_LOW = 0.002;

  static Kernel fakeNetwork(NDManager scope) {
    return Kernel.compile(
        scope, KernelSource.resource(ScoreParity.class, "fake_network.torchscript", "FakeNetwork"));
  }

  /** The recorded network for given contexts, (1 or B, tokens, channels). */
  static NoiseNetwork network(Kernel fake, NDArray unconditional, NDArray conditional) {
    return (scope, inputs, timesteps) -> {
      NDArray contexts =
          fake.callOne(
              scope,
              "contexts",
              List.of(
                  Argument.of(unconditional),
                  Argument.of(conditional),
                  Argument.of(inputs.getShape().get(0) / 2)));
      return fake.callOne(scope, "epsilon", inputs, timesteps, contexts);
    };
  }

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    SigmaTable table = SigmaTable.scaledLinear();
    levels(recording, table, answers);
    try (Kernel fake = fakeNetwork(scope);
        Scores scores = new Scores(scope)) {
      float[] sigmas = recording.input("sigmas").floats();
      double guidance = recording.real("guidance_scale");
      for (String prefix : List.of("eps", "v")) {
        NetworkDenoiser.Target target =
            prefix.equals("v") ? NetworkDenoiser.Target.VELOCITY : NetworkDenoiser.Target.EPSILON;
        NetworkDenoiser denoiser = new NetworkDenoiser(table, target, guidance);
        Asked asked = new Asked(prefix, denoiser);
        target(scope, recording, asked, fake, scores, answers);
        answers.put(prefix + ".sigma_snapped", Answers.doubles(snapped(table, sigmas)));
      }
      average(scope, recording, table, fake, scores, answers);
    }
    return answers;
  }

  /**
   * One of the recorded questions.
   *
   * @param prefix of its tensors' names
   */
  private record Asked(String prefix, NetworkDenoiser denoiser) {}

  private static void target(
      NDManager scope,
      Recording recording,
      Asked asked,
      Kernel fake,
      Scores scores,
      Answers answers) {
    String prefix = asked.prefix + ".";
    float[] levels = recording.input("sigmas").floats();
    NDArray y = recording.tensor(scope, prefix + "y");
    NDArray sigmas = scope.create(levels);
    NDArray z = scores.perturb(scope, y, recording.tensor(scope, prefix + "noise"), sigmas);
    NoiseNetwork network =
        network(
            fake, recording.tensor(scope, prefix + "uc"), recording.tensor(scope, prefix + "c"));
    NetworkDenoiser.Denoised out = scores.denoise(scope, asked.denoiser, network, z, levels);
    answers.put(prefix + "D", out.denoised());
    answers.put(prefix + "unet_input", out.inputs());
    answers.put(prefix + "unet_t", out.timesteps());
    answers.put(prefix + "unet_output", out.answers());
    double[] timesteps = answers.values().get(prefix + "unet_t");
    answers.put(prefix + "cond_t", Arrays.copyOf(timesteps, levels.length));
    answers.put(prefix + "score", scores.score(scope, z, out.denoised(), sigmas));
    Scores.Asked question = new Scores.Asked(y, z, out.denoised(), sigmas);
    answers.put(prefix + "grad_var_red", uphill(scope, scores, question, true));
    answers.put(prefix + "grad_plain", uphill(scope, scores, question, false));
  }

  private static NDArray uphill(
      NDManager scope, Scores scores, Scores.Asked question, boolean varianceReduction) {
    return scores
        .direction(scope, question, varianceReduction, DistillOptions.Scaling.SIGMA)
        .uphill();
  }

  private static void average(
      NDManager scope,
      Recording recording,
      SigmaTable table,
      Kernel fake,
      Scores scores,
      Answers answers) {
    NDArray y = recording.tensor(scope, "paas.y");
    NDArray noise = recording.tensor(scope, "paas.noise");
    float[] levels = new float[Math.toIntExact(noise.getShape().get(0))];
    Arrays.fill(levels, (float) recording.input("paas.sigma").scalar());
    NDArray sigmas = scope.create(levels);
    NDArray z = scores.perturb(scope, y, noise, sigmas);
    NoiseNetwork network =
        network(fake, recording.tensor(scope, "paas.uc"), recording.tensor(scope, "paas.c"));
    NetworkDenoiser denoiser =
        new NetworkDenoiser(table, NetworkDenoiser.Target.EPSILON, recording.real("paas_scale"));
    NDArray denoised = scores.denoise(scope, denoiser, network, z, levels).denoised();
    answers.put("paas.D", denoised);
    answers.put(
        "paas.grad_mean", uphill(scope, scores, new Scores.Asked(y, z, denoised, sigmas), true));
  }

  private static void levels(Recording recording, SigmaTable table, Answers answers) {
    double[] descending = new double[SigmaTable.TICKS];
    for (int i = 0; i < descending.length; i++) {
      descending[i] = table.at(SigmaTable.TICKS - 1 - i);
    }
    answers.put("us", descending);
    answers.put("ts_choice_set", Arrays.copyOfRange(descending, 30, descending.length - 10));
    for (String name : recording.expected().keySet()) {
      Matcher count = KARRAS.matcher(name);
      if (count.matches()) {
        answers.put(
            name, SigmaTable.karras(KARRAS_HIGH, KARRAS_LOW, Integer.parseInt(count.group(1))));
      }
    }
  }

  private static float[] snapped(SigmaTable table, float[] sigmas) {
    float[] levels = new float[sigmas.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (float) table.at(table.nearest(sigmas[i]));
    }
    return levels;
  }
}
