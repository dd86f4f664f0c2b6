package dev.voxelmill.gpu.distill;

import dev.voxelmill.gpu.field.Intrinsics;
import dev.voxelmill.gpu.field.Pose;
import dev.voxelmill.gpu.field.ReferencePoses;
import dev.voxelmill.gpu.field.UpAxis;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Draws that are pure functions of (seed, stream, step): any worker continues any run at any step
 * without a generator's state.
 */
public final class CounterDraws implements Draws {
  private static final NoiseStream CAMERAS = NoiseStream.named("distill/cameras");
  private static final NoiseStream NEAR = NoiseStream.named("distill/near-view");
  private static final NoiseStream LEVELS = NoiseStream.named("distill/noise-levels");
  private static final NoiseStream NOISE = NoiseStream.named("distill/noise");
  private static final NoiseStream JITTER = NoiseStream.named("distill/jitter");

  /** How far beside an eye its near view stands (3drec/pose.py, {@code sample_near_eye}). */
  private static final double NEAR_DISTANCE = 0.05;

  private final Noise noise;
  private final DistillOptions options;
  private final Cameras cameras;
  private final int sizePx;
  private final SigmaTable table = SigmaTable.scaledLinear();

  /** Where scored views are taken from. */
  @FunctionalInterface
  public interface Cameras {
    /** The view of that index at a step, {@code sizePx} pixels each way. */
    View view(Noise noise, int step, int index, int sizePx);
  }

  /**
   * Cameras about the object, uniformly in each coordinate.
   *
   * @param lowestRad smallest elevation
   * @param highestRad largest elevation
   * @param nearest smallest radius
   * @param farthest largest radius
   * @param fovRad field of view of all
   */
  public record CameraRange(
      double lowestRad, double highestRad, double nearest, double farthest, double fovRad)
      implements Cameras {

    /** What the shipped prior was trained on, seen with the input's field of view. */
    public static CameraRange trained(OrbitCamera input) {
      return new CameraRange(
          StrictMath.toRadians(-20), StrictMath.toRadians(60), 1.5, 1.9, input.fovRad());
    }

    @Override
    public View view(Noise noise, int step, int index, int sizePx) {
      long first = 4L * index;
      double azimuthRad = 2 * Math.PI * noise.uniform(CAMERAS, step, first);
      double elevationRad = between(lowestRad, highestRad, noise.uniform(CAMERAS, step, first + 1));
      double radius = between(nearest, farthest, noise.uniform(CAMERAS, step, first + 2));
      return View.of(new OrbitCamera(azimuthRad, elevationRad, radius, fovRad), sizePx);
    }

    private static double between(double low, double high, double unit) {
      return low + (high - low) * unit;
    }
  }

  /**
   * 3drec's cameras, see {@link ReferencePoses#shellEye}.
   *
   * @param fovRad field of view of all
   */
  public record Shell(double fovRad) implements Cameras {
    /** More numbers than drawing an eye again and again ever takes. */
    private static final long NUMBERS = 1L << 16;

    @Override
    public View view(Noise noise, int step, int index, int sizePx) {
      AtomicLong element = new AtomicLong(NUMBERS * index);
      double[] eye =
          ReferencePoses.shellEye(() -> noise.uniform(CAMERAS, step, element.getAndIncrement()));
      return new View(
          Intrinsics.ofFov(sizePx, sizePx, fovRad), Pose.lookingAtOrigin(eye, UpAxis.Z));
    }
  }

  /** Draws of a seed for pictures of {@code sizePx} pixels each way. */
  public CounterDraws(long seed, DistillOptions options, Cameras cameras, int sizePx) {
    noise = new Noise(seed);
    this.options = options;
    this.cameras = cameras;
    this.sizePx = sizePx;
  }

  @Override
  public View view(int step, int index) {
    return cameras.view(noise, step, index, sizePx);
  }

  @Override
  public View nearView(int step, View scored) {
    return beside(scored, noise.normals(NEAR, step, 3), UpAxis.Z);
  }

  /** The view from 0.05 beside another in the direction of three numbers, looking at the origin. */
  static View beside(View scored, float[] direction, UpAxis up) {
    double[] eye = scored.pose().eye();
    double length =
        Math.sqrt(
            (double) direction[0] * direction[0]
                + (double) direction[1] * direction[1]
                + (double) direction[2] * direction[2]);
    for (int axis = 0; axis < 3; axis++) {
      eye[axis] += NEAR_DISTANCE * direction[axis] / length;
    }
    Intrinsics camera = scored.intrinsics();
    return new View(camera, Pose.lookingAtOrigin(eye, up));
  }

  @Override
  public double[] sigmas(int step, int count) {
    DistillOptions.ScoreOptions score = options.score();
    double[] sigmas = new double[count];
    for (int i = 0; i < count; i++) {
      sigmas[i] =
          switch (score.levels()) {
            case RANDOM -> {
              int range = score.highest() - score.lowest() + 1;
              yield table.at(score.lowest() + noise.below(range, LEVELS, step, i));
            }
            case ANNEALED -> annealed(step);
          };
    }
    return sigmas;
  }

  private double annealed(int step) {
    DistillOptions.ScoreOptions score = options.score();
    double high = StrictMath.log(table.at(score.highest()));
    double low = StrictMath.log(table.at(score.lowest()));
    double done = (double) step / Math.max(1, options.steps() - 1);
    return table.at(table.nearest(StrictMath.exp(high + (low - high) * done)));
  }

  @Override
  public float[] noise(int step, int count) {
    return noise.normals(NOISE, step, count);
  }

  @Override
  public float[] jitter(int step, int view, int rays) {
    float[] out = new float[rays];
    noise.fillUniforms(JITTER, step, (long) view * rays, out);
    return out;
  }
}
