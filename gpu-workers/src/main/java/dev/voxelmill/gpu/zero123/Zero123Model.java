package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.ClipImageProcessor;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.distill.NetworkDenoiser;
import dev.voxelmill.gpu.distill.PictureDecoder;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.sampling.SchedulerConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
  /** Edge of the latents where the folder names none. */
  private static final int LATENT_PX = 32;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final SchedulerConfig scheduler;
  private final ClipVisionTower tower;
  private final Autoencoder autoencoder;
  private final UNet unet;
  private final CameraProjection projection;
  private final Kernel kernel;
  private final int latentPx;

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
    kernel =
        kept(
            Kernel.compile(
                owner,
                KernelSource.resource(Zero123Model.class, "zero123.torchscript", "Zero123")));
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

  /**
   * What the networks make of a picture and poses, once for all steps.
   *
   * @param place of the picture among texts, (B, P)
   * @param token of picture and pose, (B, 1, D)
   * @param latents of the picture, (B, 4, h, w), not scaled
   */
  public record Condition(NDArray place, NDArray token, NDArray latents) {}

  /**
   * What the networks see in a picture, whatever the poses.
   *
   * @param place of the picture among texts, (B, P)
   * @param latents of the picture, (B, 4, h, w), not scaled
   */
  public record Seen(NDArray place, NDArray latents) {}

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
    return condition(scope, see(scope, pictures), poses);
  }

  /** Looks at pictures (B, 3, H, W) in -1..1. */
  public Seen see(NDManager scope, NDArray pictures) {
    try (NDManager work = scope.newSubManager()) {
      NDArray place = tower.embed(scope, planes(work, pictures));
      NDArray mode = autoencoder.encode(work, pictures).mean();
      mode.attach(scope);
      return new Seen(place, mode);
    }
  }

  /**
   * Prepares what was seen for poses (B, 4); one picture serves them all.
   *
   * @param seen of one picture or of B
   */
  public Condition condition(NDManager scope, Seen seen, NDArray poses) {
    long rows = poses.getShape().get(0);
    NDArray place = rows(scope, seen.place(), rows);
    return new Condition(
        place, projection.token(scope, place, poses), rows(scope, seen.latents(), rows));
  }

  private static NDArray rows(NDManager scope, NDArray array, long rows) {
    if (array.getShape().get(0) == rows) {
      return array;
    }
    Shapes.require(array, "seen", one(array));
    NDArray repeated = array.repeat(0, rows);
    repeated.attach(scope);
    return repeated;
  }

  private static long[] one(NDArray array) {
    long[] shape = array.getShape().getShape();
    shape[0] = 1;
    return shape;
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
    UNet.Question question = question(scope, new Asked(noisy, timestep, condition, guidanceScale));
    NDArray answers = unet.predict(scope, question);
    return new Answered(question.sample(), answers, guided(scope, answers, guidanceScale));
  }

  /**
   * What a call of the UNet is asked.
   *
   * @param noisy latents (B, 4, h, w)
   * @param guidanceScale s in u + s (c - u)
   */
  public record Asked(NDArray noisy, double timestep, Condition condition, double guidanceScale) {
    private Asked rows(NDManager scope, long from, long to) {
      Condition part =
          new Condition(
              some(scope, condition.place(), from, to),
              some(scope, condition.token(), from, to),
              some(scope, condition.latents(), from, to));
      return new Asked(some(scope, noisy, from, to), timestep, part, guidanceScale);
    }

    private static NDArray some(NDManager scope, NDArray array, long from, long to) {
      NDArray rows = array.get("%d:%d".formatted(from, to));
      rows.attach(scope);
      return rows;
    }
  }

  /**
   * The guided predictions for what several ask, in one call of the UNet, each as alone up to
   * rounding.
   *
   * @return (B, 4, h, w) of each
   */
  public List<NDArray> predict(NDManager scope, List<Asked> asked) {
    try (NDManager work = scope.newSubManager()) {
      List<UNet.Question> questions = asked.stream().map(one -> question(work, one)).toList();
      List<NDArray> answers = unet.predict(work, questions);
      List<NDArray> guided = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        NDArray one = guided(work, answers.get(i), asked.get(i).guidanceScale());
        one.attach(scope);
        guided.add(one);
      }
      return guided;
    }
  }

  /**
   * The guided prediction for what one asks, (B, 4, h, w).
   *
   * @param calls of the UNet among which the B rows are shared out, from 1: more need less memory
   */
  public NDArray predict(NDManager scope, Asked asked, int calls) {
    long rows = asked.noisy().getShape().get(0);
    long each = Math.ceilDiv(rows, calls);
    try (NDManager work = scope.newSubManager()) {
      NDList guided = new NDList();
      for (long from = 0; from < rows; from += each) {
        try (NDManager call = work.newSubManager()) {
          Asked part = asked.rows(call, from, Math.min(from + each, rows));
          guided.addAll(new NDList(predict(call, List.of(part))));
          guided.getLast().attach(work);
        }
      }
      NDArray all = NDArrays.concat(guided);
      all.attach(scope);
      return all;
    }
  }

  private UNet.Question question(NDManager scope, Asked asked) {
    boolean guides = asked.guidanceScale() != 1;
    Condition condition = asked.condition();
    return UNet.Question.of(
        kernel.callOne(scope, guides ? "both" : "alone", asked.noisy(), condition.latents()),
        scope.create((float) asked.timestep()),
        guides ? kernel.callOne(scope, "tokens", condition.token()) : condition.token());
  }

  private NDArray guided(NDManager scope, NDArray answers, double guidanceScale) {
    return guidanceScale == 1
        ? answers
        : kernel.callOne(
            scope, "guided", List.of(Argument.of(answers), Argument.of(guidanceScale)));
  }

  /**
   * What the UNet answers to noisy latents that are there twice, without and with the picture.
   *
   * @param inputs (2 B, 4, h, w)
   * @param timesteps (2 B)
   * @return (2 B, 4, h, w)
   */
  public NDArray answer(NDManager scope, NDArray inputs, NDArray timesteps, Condition condition) {
    try (NDManager work = scope.newSubManager()) {
      NDArray beside = kernel.callOne(work, "beside", inputs, condition.latents());
      NDArray tokens = kernel.callOne(work, "tokens", condition.token());
      return unet.predict(scope, UNet.Question.of(beside, timesteps, tokens));
    }
  }

  /** The latents of a white picture as the UNet sees latents, scaled, (1, 4, h, w). */
  public NDArray whiteLatents(NDManager scope) {
    try (NDManager work = scope.newSubManager()) {
      NDArray white = work.ones(new Shape(1, 3, picturePx(), picturePx()));
      NDArray scaled =
          autoencoder.encode(work, white).mean().mul((float) autoencoder.config().scaling());
      scaled.attach(scope);
      return scaled;
    }
  }

  /** From scaled latents to the pictures that they stand for, about -1..1, and back. */
  public PictureDecoder decoder() {
    return new PictureDecoder() {
      @Override
      public NDArray decode(NDManager scope, NDArray picture) {
        try (NDManager work = scope.newSubManager()) {
          return autoencoder.decode(scope, unscaled(work, picture));
        }
      }

      @Override
      public NDArray pullBack(NDManager scope, NDArray picture, NDArray gradient) {
        try (NDManager work = scope.newSubManager()) {
          NDArray pulled = autoencoder.pullBack(work, unscaled(work, picture), gradient);
          return unscaled(scope, pulled);
        }
      }
    };
  }

  /** Latents, or gradients at them, by the scaling. */
  private NDArray unscaled(NDManager scope, NDArray latents) {
    NDArray unscaled = latents.div((float) autoencoder.config().scaling());
    unscaled.attach(scope);
    return unscaled;
  }

  /** The pictures of clean latents, (B, 3, H, W) in 0..1. */
  public NDArray decode(NDManager scope, NDArray latents) {
    try (NDManager work = scope.newSubManager()) {
      return kernel.callOne(scope, "shown", autoencoder.decode(work, unscaled(work, latents)));
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
