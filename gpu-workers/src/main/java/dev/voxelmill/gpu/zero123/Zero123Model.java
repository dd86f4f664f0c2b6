package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.distill.NetworkDenoiser;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The networks of Zero-1-to-3, from a diffusers folder: {@code image_encoder}, {@code vae}, {@code
 * unet}, the camera projection and {@code scheduler}; loaded together, used by what they do.
 */
public final class Zero123Model implements AutoCloseable {
  /** Edge of the latents where the folder names none. */
  private static final int LATENT_PX = 32;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final SchedulerConfig scheduler;
  private final ClipVisionTower tower;
  private final Autoencoder autoencoder;
  private final UNet unet;
  private final CameraProjection projection;
  private final int latentPx;
  private final Zero123Sight sight;
  private final GuidedNetwork network;
  private final LatentCodec codec;

  private Zero123Model(NDManager owner, Path folder, PrintOptions options) {
    latentPx = ConfigFile.read(folder.resolve("unet/config.json")).count("sample_size", LATENT_PX);
    scheduler = SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
    tower =
        kept(
            ClipVisionTower.load(
                owner, folder.resolve("image_encoder"), options.precision(), options.traced()));
    autoencoder =
        kept(Autoencoder.load(owner, folder.resolve("vae"), options.in(Precision.FLOAT32)));
    unet = kept(UNet.load(owner, folder.resolve("unet"), options));
    projection = kept(CameraProjection.load(owner, folder, options.precision()));
    Kernel kernel =
        kept(
            Kernel.compile(
                owner,
                KernelSource.resource(Zero123Model.class, "zero123.torchscript", "Zero123")));
    sight = new Zero123Sight(tower, autoencoder, projection, kernel);
    network = new GuidedNetwork(unet, kernel);
    codec = new LatentCodec(autoencoder, picturePx(), kernel);
  }

  /**
   * Loads a pipeline's folder.
   *
   * @param options of the networks; the autoencoder computes in float32 in any case, where float16
   *     would overflow
   * @throws dev.voxelmill.gpu.nn.folder.ModelFolderException naming what is wrong with it
   */
  public static Zero123Model load(NDManager owner, Path folder, PrintOptions options) {
    return new Zero123Model(owner, folder, options);
  }

  /** Reads all weights now rather than at the first calls, so that what is not finite is found. */
  public void settle(NDManager scope) {
    tower.settle(scope);
    autoencoder.network().settle(scope);
    unet.network().settle(scope);
    projection.network().settle(scope);
  }

  private <T extends AutoCloseable> T kept(T part) {
    parts.push(part);
    return part;
  }

  /** What the UNet is conditioned on. */
  public Zero123Sight sight() {
    return sight;
  }

  /** The UNet. */
  public GuidedNetwork network() {
    return network;
  }

  /** The way from pictures to the UNet's latents and back. */
  public LatentCodec codec() {
    return codec;
  }

  /** Pixels along an edge of the pictures that the networks were trained on. */
  public int picturePx() {
    return latentPx * autoencoder.config().reduction();
  }

  /** Latents along an edge. */
  public int latentPx() {
    return latentPx;
  }

  /** The sampler that the folder names. */
  public SchedulerConfig scheduler() {
    return scheduler;
  }

  /** What the UNet was trained to answer. */
  public NetworkDenoiser.Target target() {
    return scheduler.values().path("prediction_type").asText().equals("v_prediction")
        ? NetworkDenoiser.Target.VELOCITY
        : NetworkDenoiser.Target.EPSILON;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close a network", e);
      }
    }
  }
}
