package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.toys.SeedRange;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;

/**
 * Pairs of views of toys that were never trained on, and how well a network imagines the second
 * from the first.
 *
 * <p>The figure is the PSNR of the posterior mean: one call of the denoiser on pure noise at the
 * highest noise level, RGB over the whole picture on white, averaged over pairs in decibels.
 */
final class HeldOutViews {
  private static final NoiseStream CAMERAS = NoiseStream.named("held-out/cameras");
  private static final NoiseStream NOISE = NoiseStream.named("held-out/noise");
  private static final int HIGHEST = NoiseSchedule.TIMESTEPS - 1;
  private static final int ROWS = 50;

  private final PriorConfig network;
  private final ToyFamily family;
  private final int pairs;
  private final ToyRenderer renderer;

  HeldOutViews(PriorConfig network, ToyFamily family, int pairs) {
    this.network = network;
    this.family = family;
    this.pairs = pairs;
    renderer = new ToyRenderer(network.resolution());
  }

  /** Mean PSNR of the posterior mean over all pairs, in dB. */
  double posteriorMeanPsnr(NDManager owner, Kernel kernel) {
    double sum = 0;
    for (int first = 0; first < pairs; first += ROWS) {
      sum += sumOver(owner, kernel, first, Math.min(ROWS, pairs - first));
    }
    return sum / pairs;
  }

  private double sumOver(NDManager owner, Kernel kernel, int first, int rows) {
    int n = network.resolution();
    int pixels = 4 * n * n;
    float[][] pictures = {new float[rows * pixels], new float[rows * pixels]};
    float[][] cameras = {new float[rows * 3], new float[rows * 3]};
    for (int row = 0; row < rows; row++) {
      ToyObject object = ToyObject.of(SeedRange.EVALUATION.at(first + row), family);
      for (int view = 0; view < 2; view++) {
        OrbitCamera camera = camera(2 * (first + row) + view);
        renderer.render(object, camera, pictures[view], row * pixels);
        cameras[view][3 * row] = (float) camera.azimuthRad();
        cameras[view][3 * row + 1] = (float) camera.elevationRad();
        cameras[view][3 * row + 2] = (float) camera.radius();
      }
    }
    float[] mean = posteriorMean(owner, kernel, signed(pictures[0]), cameras, rows, first);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += psnr(mean, pictures[1], row * pixels, 3 * n * n);
    }
    return sum;
  }

  private OrbitCamera camera(int index) {
    Noise random = new Noise(0);
    return new OrbitCamera(
        2 * Math.PI * random.uniform(CAMERAS, 0, 3L * index),
        Math.toRadians(-20 + 80 * random.uniform(CAMERAS, 0, 3L * index + 1)),
        1.5 + .4 * random.uniform(CAMERAS, 0, 3L * index + 2),
        Math.toRadians(network.fovDeg()));
  }

  private float[] posteriorMean(
      NDManager owner, Kernel kernel, float[] seen, float[][] cameras, int rows, int first) {
    int n = network.resolution();
    float[] noise = new Noise(0).normals(NOISE, first, rows * 4 * n * n);
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();
    // z = sigma n in the variance-exploding view, so x_t = sqrt(1 - abar) n
    double spread = Math.sqrt(1 - schedule.abar(HIGHEST));
    double signal = Math.sqrt(schedule.abar(HIGHEST));
    try (NDManager scope = owner.newSubManager()) {
      Shape shape = new Shape(rows, 4, n, n);
      NDArray picture = scope.create(seen, shape);
      NDArray camera = scope.create(cameras[0], new Shape(rows, 3));
      NDArray target = scope.create(cameras[1], new Shape(rows, 3));
      NDArray noisy = scope.create(noise, shape).mul(spread);
      NDArray t = scope.full(new Shape(rows), HIGHEST);
      NDArray volume = kernel.callOne(scope, "encode", picture, camera);
      NDArray keep = scope.ones(new Shape(rows));
      NDArray v = kernel.callOne(scope, "predict", noisy, t, picture, camera, target, volume, keep);
      return noisy.mul(signal).sub(v.mul(spread)).toFloatArray();
    }
  }

  private static float[] signed(float[] picture) {
    float[] signed = new float[picture.length];
    for (int i = 0; i < picture.length; i++) {
      signed[i] = 2 * picture[i] - 1;
    }
    return signed;
  }

  /** PSNR of a picture in -1..1 against the truth in 0..1. */
  private static double psnr(float[] mean, float[] truth, int from, int count) {
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      double error = Math.clamp((mean[i] + 1) / 2, 0f, 1f) - truth[i];
      squares += error * error;
    }
    return -10 * Math.log10(Math.max(squares / count, 1e-8));
  }
}
