package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.clip.ClipImageProcessor;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.Shapes;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;
import java.util.List;

/**
 * What Zero-1-to-3 is conditioned on. The picture reaches the UNet twice: as one token, which also
 * holds the pose, and as latents beside the noisy ones. These latents are the mode of the
 * autoencoder's posterior and are not scaled.
 */
public final class Zero123Sight {
  private final ClipVisionTower tower;
  private final Autoencoder autoencoder;
  private final CameraProjection projection;
  private final Kernel kernel;

  /** Of networks that it does not own. */
  Zero123Sight(
      ClipVisionTower tower, Autoencoder autoencoder, CameraProjection projection, Kernel kernel) {
    this.tower = tower;
    this.autoencoder = autoencoder;
    this.projection = projection;
    this.kernel = kernel;
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
}
