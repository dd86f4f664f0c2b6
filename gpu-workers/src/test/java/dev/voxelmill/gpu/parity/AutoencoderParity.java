package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An autoencoder with its intermediate tensors, {@code enc.} and {@code dec.} and the module's
 * name. Every folder of weights that the case has must give the recorded numbers: one holds the
 * names of older files.
 */
final class AutoencoderParity implements CaseKind {
  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    for (Path folder : folders(recording)) {
      Answers found = answer(scope, recording, folder);
      for (Map.Entry<String, double[]> answer : found.values().entrySet()) {
        answers.putFarther(answer.getKey(), answer.getValue(), recording.expected());
      }
    }
    return answers;
  }

  private static List<Path> folders(Recording recording) {
    try (Stream<Path> folders = Files.list(recording.one().directory())) {
      return folders.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Answers answer(NDManager scope, Recording recording, Path folder) {
    Answers answers = new Answers();
    try (Autoencoder autoencoder =
        Autoencoder.load(scope, folder, PrintOptions.PLAIN.withTrace())) {
      double scaling = autoencoder.config().scaling();
      Autoencoder.Posterior posterior = autoencoder.encode(scope, recording.tensor(scope, "image"));
      NDArray deviation = posterior.deviation();
      NDArray sample = posterior.mean().add(deviation.mul(recording.tensor(scope, "noise")));
      answers.put("mean", posterior.mean()).put("mode", posterior.mean());
      answers.put("logvar", posterior.logVariance()).put("std", deviation);
      answers.put("sample", sample).put("latents_scaled", sample, scaling);
      answers.put("kl", divergence(posterior));
      NDArray latent = recording.tensor(scope, "latent");
      NDArray scaled = autoencoder.decode(scope, latent.div((float) scaling));
      answers.put("decoded_from_scaled", scaled);
      answers.put("decoded", autoencoder.decode(scope, latent));
      shown(scope, recording, autoencoder.network(), answers);
    }
    return answers;
  }

  private static void shown(
      NDManager scope, Recording recording, Network network, Answers answers) {
    for (String name : recording.expected().keySet()) {
      if (name.startsWith("enc.") || name.startsWith("dec.")) {
        answers.put(name, network.shown(scope, name.substring("enc.".length())));
      }
    }
  }

  /** From the standard normal, one number for each row. */
  private static NDArray divergence(Autoencoder.Posterior posterior) {
    NDArray terms =
        posterior
            .mean()
            .square()
            .add(posterior.logVariance().exp())
            .sub(1)
            .sub(posterior.logVariance());
    return terms.sum(new int[] {1, 2, 3}).mul(0.5f);
  }
}
