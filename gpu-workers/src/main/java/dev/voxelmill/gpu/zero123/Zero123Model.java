package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.ClipImageProcessor;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The networks of Zero-1-to-3, from a diffusers folder: {@code image_encoder}, {@code vae}, {@code
 * unet}, the camera projection and {@code scheduler}.
 *
 * <p>The picture reaches the UNet twice: as one token, and as latents beside the noisy ones. These
 * latents are the mode of the autoencoder's posterior and are not scaled. Without the picture, both
 * are zeros; the token's zeros come after the projection.
 */
public final class Zero123Model implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final SchedulerConfig scheduler;
  private final ClipVisionTower tower;
  private final Autoencoder autoencoder;
  private final UNet unet;
  private final CameraProjection projection;
  private final Kernel kernel;

  private Zero123Model(NDManager owner, Path folder, PrintOptions options) {
    scheduler = SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
    tower =
        kept(
            ClipVisionTower.load(
                owner, folder.resolve("image_encoder"), options.precision(), options.traced()));
    autoencoder = kept(Autoencoder.load(owner, folder.resolve("vae"), options));
    unet = kept(UNet.load(owner, folder.resolve("unet"), options));
    projection = kept(CameraProjection.load(owner, folder, options.precision()));
    kernel =
        kept(
            Kernel.compile(
                owner,
                KernelSource.resource(Zero123Model.class, "zero123.torchscript", "Zero123")));
  }

  /**
   * Loads a pipeline's folder.
   *
   * @throws dev.voxelmill.gpu.nn.folder.ModelFolderException naming what is wrong with it
   */
  public static Zero123Model load(NDManager owner, Path folder, PrintOptions options) {
    return new Zero123Model(owner, folder, options);
  }

  private <T extends AutoCloseable> T kept(T part) {
    parts.push(part);
    return part;
  }

  /**
   * What the networks make of a picture and poses, once for all steps.
   *
   * @param place of the picture among texts, (B, P)
   * @param token of picture and pose, (B, 1, D)
   * @param latents of the picture, (B, 4, h, w), not scaled
   */
  public record Condition(NDArray place, NDArray token, NDArray latents) {}

  /** The sampler that the folder names. */
  public SchedulerConfig scheduler() {
    return scheduler;
  }

  /** Pictures as the vision tower sees them, (B, 3, n, n). */
  public NDArray planes(NDManager scope, NDArray pictures) {
    Shapes.require(pictures, "pictures", -1, 3, -1, -1);
    try (NDManager work = scope.newSubManager()) {
      return kernel.callOne(
          scope,
          "planes",
          List.of(
              Argument.of(pictures),
              Argument.of(tower.side()),
              Argument.of(channels(work, ClipImageProcessor.CLIP_MEAN)),
              Argument.of(channels(work, ClipImageProcessor.CLIP_DEVIATION))));
    }
  }

  private static NDArray channels(NDManager scope, List<Double> values) {
    float[] narrow = new float[values.size()];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = values.get(i).floatValue();
    }
    return scope.create(narrow);
  }

  /**
   * Prepares a picture for its poses.
   *
   * @param pictures (B, 3, H, W) in -1..1
   * @param poses (B, 4), {@link RelativePose#vector} of each row
   */
  public Condition condition(NDManager scope, NDArray pictures, NDArray poses) {
    try (NDManager work = scope.newSubManager()) {
      NDArray place = tower.embed(scope, planes(work, pictures));
      NDArray token = projection.token(scope, place, poses);
      NDArray mode = autoencoder.encode(work, pictures).mean();
      mode.attach(scope);
      return new Condition(place, token, mode);
    }
  }

  /** Vectors of poses, (B, 4). */
  public static NDArray poses(NDManager scope, List<RelativePose> poses) {
    float[] rows = new float[CameraProjection.POSE * poses.size()];
    for (int i = 0; i < poses.size(); i++) {
      System.arraycopy(
          poses.get(i).vector(), 0, rows, CameraProjection.POSE * i, CameraProjection.POSE);
    }
    return scope.create(rows, new Shape(poses.size(), CameraProjection.POSE));
  }

  /**
   * One call of the UNet, with and without the picture.
   *
   * @param inputs what it saw: without, then with the picture; with it alone if the scale is 1
   * @param answers to both
   * @param guided u + s (c - u), (B, 4, h, w)
   */
  public record Answered(NDArray inputs, NDArray answers, NDArray guided) {}

  /** The guided prediction for noisy latents (B, 4, h, w). */
  public Answered predict(
      NDManager scope, NDArray noisy, double timestep, Condition condition, double guidanceScale) {
    boolean guides = guidanceScale != 1;
    NDArray inputs = kernel.callOne(scope, guides ? "both" : "alone", noisy, condition.latents());
    try (NDManager work = scope.newSubManager()) {
      NDArray tokens =
          guides ? kernel.callOne(work, "tokens", condition.token()) : condition.token();
      NDArray ticks = work.create((float) timestep);
      NDArray answers = unet.predict(scope, UNet.Question.of(inputs, ticks, tokens));
      NDArray guided =
          guides
              ? kernel.callOne(
                  scope, "guided", List.of(Argument.of(answers), Argument.of(guidanceScale)))
              : answers;
      return new Answered(inputs, answers, guided);
    }
  }

  /** The pictures of clean latents, (B, 3, H, W) in 0..1. */
  public NDArray decode(NDManager scope, NDArray latents) {
    try (NDManager work = scope.newSubManager()) {
      NDArray unscaled = latents.div((float) autoencoder.config().scaling());
      unscaled.attach(work);
      return kernel.callOne(scope, "shown", autoencoder.decode(work, unscaled));
    }
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
