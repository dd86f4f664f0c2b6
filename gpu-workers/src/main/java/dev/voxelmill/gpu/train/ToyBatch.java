package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.toys.SeedRange;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/**
 * One batch of training: freshly drawn toys, an input view and several target views of each, noise
 * and timesteps.
 *
 * <p>A batch is a pure function of the plan and the step. Timesteps are 1000 sqrt(u): high noise,
 * where the network does most of its imagining, is drawn most often.
 */
final class ToyBatch {
  private static final double DROPPED_CONDITIONS = 0.1;
  private static final NoiseStream OBJECTS = NoiseStream.named("train/objects");
  private static final NoiseStream FAMILIES = NoiseStream.named("train/families");
  private static final NoiseStream CAMERAS = NoiseStream.named("train/cameras");
  private static final NoiseStream TIMESTEPS = NoiseStream.named("train/timesteps");
  private static final NoiseStream CONDITIONS = NoiseStream.named("train/conditions");
  private static final NoiseStream NOISE = NoiseStream.named("train/noise");

  private final TrainingPlan plan;
  private final int pixels;
  private final float[] pictures; // (objects, 4, n, n) in -1..1
  private final float[] cameras; // (objects, 3)
  private final float[] wanted; // (rows, 4, n, n) in -1..1
  private final float[] targets; // (rows, 3)
  private final float[] noise; // (rows, 4, n, n)
  private final float[] timesteps; // (rows)
  private final float[] abar; // (rows)
  private final float[] keep; // (rows): 1 with the condition, 0 without

  private ToyBatch(TrainingPlan plan) {
    this.plan = plan;
    int n = plan.network().resolution();
    pixels = 4 * n * n;
    pictures = new float[plan.objects() * pixels];
    cameras = new float[plan.objects() * 3];
    wanted = new float[plan.rows() * pixels];
    targets = new float[plan.rows() * 3];
    noise = new float[plan.rows() * pixels];
    timesteps = new float[plan.rows()];
    abar = new float[plan.rows()];
    keep = new float[plan.rows()];
  }

  static ToyBatch draw(TrainingPlan plan, int step, ToyRenderer renderer) {
    ToyBatch batch = new ToyBatch(plan);
    Noise random = new Noise(plan.seed());
    batch.drawViews(random, step, renderer);
    batch.drawNoise(random, step);
    return batch;
  }

  private void drawViews(Noise random, int step, ToyRenderer renderer) {
    int seeds = (int) (SeedRange.TRAINING.end() - SeedRange.TRAINING.first());
    int views = plan.views() + 1;
    for (int i = 0; i < plan.objects(); i++) {
      long seed = SeedRange.TRAINING.at(random.below(seeds, OBJECTS, step, i));
      ToyObject object = ToyObject.of(seed, plan.familyAt(random.uniform(FAMILIES, step, i)));
      for (int view = 0; view < views; view++) {
        int row = i * plan.views() + view - 1;
        float[] camera = camera(random, step, i * views + view);
        float[] picture = view == 0 ? pictures : wanted;
        int offset = (view == 0 ? i : row) * pixels;
        renderer.render(object, orbit(camera), picture, offset);
        System.arraycopy(camera, 0, view == 0 ? cameras : targets, (view == 0 ? i : row) * 3, 3);
      }
    }
    signed(pictures);
    signed(wanted);
  }

  private float[] camera(Noise random, int step, int index) {
    double azimuth = 2 * Math.PI * random.uniform(CAMERAS, step, 3L * index);
    double elevationDeg = -20 + 80 * random.uniform(CAMERAS, step, 3L * index + 1);
    double radius = 1.5 + .4 * random.uniform(CAMERAS, step, 3L * index + 2);
    return new float[] {(float) azimuth, (float) Math.toRadians(elevationDeg), (float) radius};
  }

  private OrbitCamera orbit(float[] camera) {
    return new OrbitCamera(
        camera[0], camera[1], camera[2], Math.toRadians(plan.network().fovDeg()));
  }

  private void drawNoise(Noise random, int step) {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();
    random.fillNormals(NOISE, step, 0, noise);
    for (int row = 0; row < plan.rows(); row++) {
      int timestep =
          (int) (NoiseSchedule.TIMESTEPS * Math.sqrt(random.uniform(TIMESTEPS, step, row)));
      timesteps[row] = timestep;
      abar[row] = (float) schedule.abar(timestep);
      keep[row] = random.uniform(CONDITIONS, step, row) < DROPPED_CONDITIONS ? 0 : 1;
    }
  }

  private static void signed(float[] picture) {
    for (int i = 0; i < picture.length; i++) {
      picture[i] = 2 * picture[i] - 1;
    }
  }

  /** The batch as the first arguments of the kernel's method {@code train}. */
  List<Argument> arguments(NDManager scope) {
    int n = plan.network().resolution();
    int objects = plan.objects();
    int rows = plan.rows();
    List<NDArray> arrays =
        List.of(
            scope.create(pictures, new Shape(objects, 4, n, n)),
            scope.create(cameras, new Shape(objects, 3)),
            scope.create(wanted, new Shape(rows, 4, n, n)),
            scope.create(targets, new Shape(rows, 3)),
            scope.create(noise, new Shape(rows, 4, n, n)),
            scope.create(timesteps, new Shape(rows)),
            scope.create(abar, new Shape(rows)),
            scope.create(keep, new Shape(rows)));
    List<Argument> arguments = new ArrayList<>();
    arrays.forEach(array -> arguments.add(Argument.of(array)));
    return arguments;
  }
}
