package dev.voxelmill.gpu.nn.diffusers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An AutoencoderKL with its weights. */
public final class Autoencoder implements AutoCloseable {
  /** What older files, those of Stable Diffusion 1 among them, call the layers of attention. */
  private static final Map<String, String> OLD_NAMES =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  private static final Pattern OLD =
      Pattern.compile("(.*\\.attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.[^.]+)");

  private final AutoencoderConfig config;
  private final Network network;

  private Autoencoder(AutoencoderConfig config, Network network) {
    this.config = config;
    this.network = network;
  }

  /**
   * A normal distribution over latents.
   *
   * @param mean (B, latents, h, w)
   * @param logVariance the same, within -30..20
   */
  public record Posterior(NDArray mean, NDArray logVariance) {
    /** Standard deviation, for mean + deviation * noise. */
    public NDArray deviation() {
      return logVariance.mul(0.5f).exp();
    }
  }

  /** Loads the folder that holds {@code config.json} and the weights, under either set of names. */
  public static Autoencoder load(NDManager owner, Path folder, PrintOptions options) {
    AutoencoderConfig config = AutoencoderConfig.read(folder);
    WeightFolder weights = WeightFolder.open(folder, WeightFolder.DIFFUSERS);
    return new Autoencoder(
        config,
        Network.load(
            owner, AutoencoderPrinter.print(config, options), weights, Autoencoder::presentName));
  }

  /** What a stored tensor is called today. */
  public static String presentName(String stored) {
    Matcher old = OLD.matcher(stored);
    return old.matches() ? old.group(1) + OLD_NAMES.get(old.group(2)) + old.group(3) : stored;
  }

  public AutoencoderConfig config() {
    return config;
  }

  public Network network() {
    return network;
  }

  /** The posterior of pictures (B, inputs, H, W) in -1..1. */
  public Posterior encode(NDManager scope, NDArray image) {
    Shapes.require(image, "image", -1, config.inputs(), -1, -1);
    NDList moments = network.call(scope, "encode", List.of(Argument.of(image)));
    return new Posterior(moments.get(0), moments.get(1));
  }

  /** Pictures (B, outputs, H, W), about -1..1, of latents that are not scaled. */
  public NDArray decode(NDManager scope, NDArray latent) {
    Shapes.require(latent, "latent", -1, config.latents(), -1, -1);
    return network.callOne(scope, "decode", List.of(Argument.of(latent)));
  }

  /**
   * The gradient at latents (B, latents, h, w) that are not scaled, from that at their decoded
   * pictures (B, outputs, H, W). The decoder runs once more, and keeps what its way back needs.
   */
  public NDArray pullBack(NDManager scope, NDArray latent, NDArray gradient) {
    Shapes.require(latent, "latent", -1, config.latents(), -1, -1);
    Shapes.require(gradient, "gradient", latent.getShape().get(0), config.outputs(), -1, -1);
    return network.differentiateOne(
        scope, "pull_back", List.of(Argument.of(latent), Argument.of(gradient)));
  }

  @Override
  public void close() {
    network.close();
  }
}
