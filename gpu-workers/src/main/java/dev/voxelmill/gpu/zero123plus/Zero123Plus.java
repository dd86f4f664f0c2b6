package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.nio.file.Path;

/** A Zero123++ folder, loaded. */
public final class Zero123Plus implements AutoCloseable {
  private static final String PIPELINE = "Zero123PlusPipeline";

  private final UNet unet;
  private final Autoencoder autoencoder;
  private final PictureEncoder encoder;
  private final SchedulerConfig scheduler;

  private Zero123Plus(
      UNet unet, Autoencoder autoencoder, PictureEncoder encoder, SchedulerConfig scheduler) {
    this.unet = unet;
    this.autoencoder = autoencoder;
    this.encoder = encoder;
    this.scheduler = scheduler;
  }

  /**
   * Loads a folder.
   *
   * @param options of the UNet; the autoencoder computes in float32 in any case, where float16
   *     would overflow
   */
  public static Zero123Plus load(NDManager owner, Path folder, PrintOptions options) {
    ConfigFile.read(folder.resolve("model_index.json")).requireClass(PIPELINE);
    SchedulerConfig scheduler =
        SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
    UNet unet = UNet.load(owner, folder.resolve("unet"), options.withReference());
    Autoencoder autoencoder =
        Autoencoder.load(owner, folder.resolve("vae"), PrintOptions.PLAIN.in(Precision.FLOAT32));
    PictureEncoder encoder = PictureEncoder.load(owner, folder, autoencoder, options);
    return new Zero123Plus(unet, autoencoder, encoder, scheduler);
  }

  /** Reads all weights now rather than at the first calls, so that what is not finite is found. */
  public void settle(NDManager scope) {
    encoder.settle(scope);
    autoencoder.network().settle(scope);
    unet.network().settle(scope);
  }

  public UNet unet() {
    return unet;
  }

  public PictureEncoder encoder() {
    return encoder;
  }

  /** The plan of the folder's sampler, by the version that Zero123++ was published with. */
  public SamplingPlan plan(int steps) {
    return Samplers.plan(scheduler, LibraryVersion.V0_20_2, steps, 0);
  }

  /**
   * The same with the spacing that the authors' examples set, whatever the folder says: the stored
   * one makes other pictures.
   */
  public SamplingPlan trailingPlan(int steps) {
    return Samplers.plan(
        scheduler.with("timestep_spacing", "trailing"), LibraryVersion.V0_20_2, steps, 0);
  }

  /** Pixels per latent, on each side. */
  public int reduction() {
    return autoencoder.config().reduction();
  }

  /** The shape of the latents of a canvas of so many pixels. */
  public Shape latents(int height, int width) {
    int reduction = autoencoder.config().reduction();
    if (height % (3 * reduction) != 0 || width % (2 * reduction) != 0) {
      throw new IllegalArgumentException(
          "canvas: %d x %d pixels (expected: rows in %ds, columns in %ds)"
              .formatted(height, width, 3 * reduction, 2 * reduction));
    }
    return new Shape(1, autoencoder.config().latents(), height / reduction, width / reduction);
  }

  /** What latents of the autoencoder are multiplied by, as its configuration says. */
  public double scaling() {
    return autoencoder.config().scaling();
  }

  /** The canvas (1, 3, H, W) of denoised latents, about -1..1. */
  public NDArray decode(NDManager scope, NDArray latents) {
    NDArray unscaled = CanvasScales.unscaleLatents(latents);
    NDArray image = autoencoder.decode(scope, unscaled.div((float) scaling()));
    return CanvasScales.unscaleImage(image);
  }

  @Override
  public void close() {
    encoder.close();
    autoencoder.close();
    unet.close();
  }
}
