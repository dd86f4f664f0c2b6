package dev.voxelmill.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.diffusion.DdimSampler;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.metrics.Bootstrap;
import dev.voxelmill.gpu.metrics.Bootstrap.Interval;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.toys.SeedRange;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/**
 * Pairs of views of toys that were never trained on, and how well a prior imagines the second from
 * the first.
 *
 * <p>What is judged is the posterior mean: one call of the denoiser on pure noise at the highest
 * noise level. Cameras are drawn as in training.
 */
public final class HeldOutViews {
  private static final NoiseStream CAMERAS = NoiseStream.named("held-out/cameras");

  private final ToyFamily family;
  private final int pairs;

  /**
   * The first pairs of the evaluation range.
   *
   * @param pairs one per toy
   */
  public HeldOutViews(ToyFamily family, int pairs) {
    this.family = family;
    this.pairs = pairs;
  }

  /**
   * Means over all pairs.
   *
   * @param psnrDb PSNR of RGB over the whole picture on white, with its 95 % interval over pairs
   * @param maskIou intersection over union of where coverage exceeds a half
   * @param copyPsnrDb PSNR of the input view itself, taken for the answer
   */
  public record Scores(Interval psnrDb, double maskIou, double copyPsnrDb) {}

  /** Shows every first view to the model and compares what it imagines of the second. */
  public Scores measure(NDManager owner, ViewPriorModel model) {
    ToyRenderer renderer = new ToyRenderer(model.resolution());
    double[] psnr = new double[pairs];
    double iou = 0;
    double copy = 0;
    for (int pair = 0; pair < pairs; pair++) {
      ToyObject object = ToyObject.of(SeedRange.EVALUATION.at(pair), family);
      OrbitCamera seenFrom = camera(2L * pair);
      OrbitCamera wantedFrom = camera(2L * pair + 1);
      float[] seen = renderer.render(object, seenFrom);
      float[] wanted = renderer.render(object, wantedFrom);
      float[] imagined = imagined(owner, model, seen, seenFrom, wantedFrom, pair);
      psnr[pair] = psnr(imagined, wanted);
      iou += maskIou(imagined, wanted);
      copy += psnr(seen, wanted);
    }
    return new Scores(Bootstrap.mean95(psnr, 0), iou / pairs, copy / pairs);
  }

  private static OrbitCamera camera(long index) {
    Noise random = new Noise(0);
    return new OrbitCamera(
        2 * Math.PI * random.uniform(CAMERAS, 0, 3 * index),
        Math.toRadians(-20 + 80 * random.uniform(CAMERAS, 0, 3 * index + 1)),
        1.5 + .4 * random.uniform(CAMERAS, 0, 3 * index + 2),
        Math.toRadians(49.1));
  }

  /** The posterior mean in 0..1. */
  private static float[] imagined(
      NDManager owner,
      ViewPriorModel model,
      float[] seen,
      OrbitCamera seenFrom,
      OrbitCamera wantedFrom,
      int seed) {
    int n = model.resolution();
    float[] signed = new float[seen.length];
    for (int i = 0; i < signed.length; i++) {
      signed[i] = 2 * seen[i] - 1;
    }
    try (NDManager scope = owner.newSubManager()) {
      NDArray picture = scope.create(signed, new Shape(1, 4, n, n));
      try (ViewPrior prior = model.condition(scope, picture, seenFrom)) {
        DdimSampler mean = new DdimSampler(prior, List.of(wantedFrom), 1, 1);
        float[] imagined = mean.step(scope, 0, mean.start(scope, seed)).toFloatArray();
        for (int i = 0; i < imagined.length; i++) {
          imagined[i] = (imagined[i] + 1) / 2;
        }
        return imagined;
      }
    }
  }

  private static double psnr(float[] picture, float[] truth) {
    int colours = truth.length / 4 * 3;
    double squares = 0;
    for (int i = 0; i < colours; i++) {
      double error = picture[i] - truth[i];
      squares += error * error;
    }
    return -10 * Math.log10(Math.max(squares / colours, 1e-8));
  }

  private static double maskIou(float[] picture, float[] truth) {
    int both = 0;
    int either = 0;
    for (int i = truth.length / 4 * 3; i < truth.length; i++) {
      boolean left = picture[i] > .5f;
      boolean right = truth[i] > .5f;
      both += left && right ? 1 : 0;
      either += left || right ? 1 : 0;
    }
    return either == 0 ? 1 : (double) both / either;
  }
}
