package dev.voxelmill.gpu.distill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Scores of a Gaussian, whose denoiser is known: for data N(0, s^2), {@code D(z) = z s^2 / (s^2 +
 * sigma^2)}.
 */
@OnDeviceThread
class ScoresTest {
  private static final int DRAWS = 40_000;
  private static final double SPREAD = 0.5;
  private static final double SIGMA = 2;
  private static final double Y = 1.5;

  @Test
  void bothFormsOfTheGradientHaveTheSameMean() {
    double total = SPREAD * SPREAD + SIGMA * SIGMA;
    double expected = -SIGMA * Y / total;

    double[] reduced = meanAndVariance(true);
    double[] plain = meanAndVariance(false);

    double error = 4 * SIGMA * SIGMA / total / Math.sqrt(DRAWS);
    assertEquals(expected, reduced[0], error);
    assertEquals(expected, plain[0], error);
  }

  @Test
  void varianceReductionReducesTheVarianceWhereNoiseExceedsTheData() {
    double total = SPREAD * SPREAD + SIGMA * SIGMA;

    assertEquals(Math.pow(SPREAD * SPREAD / total, 2), meanAndVariance(true)[1], 2e-3);
    assertEquals(Math.pow(SIGMA * SIGMA / total, 2), meanAndVariance(false)[1], 2e-2);
  }

  private static double[] meanAndVariance(boolean varianceReduction) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Scores scores = new Scores(scope)) {
      Shape shape = new Shape(DRAWS, 1, 1, 1);
      NDArray y = scope.ones(shape).mul(Y);
      NDArray noise =
          scope.create(new Noise(1).normals(NoiseStream.named("test"), 0, DRAWS), shape);
      float[] levels = new float[DRAWS];
      Arrays.fill(levels, (float) SIGMA);
      NDArray sigmas = scope.create(levels);
      NDArray z = scores.perturb(scope, y, noise, sigmas);
      NDArray denoised = z.mul(SPREAD * SPREAD / (SPREAD * SPREAD + SIGMA * SIGMA));

      NDArray uphill =
          scores
              .direction(
                  scope,
                  new Scores.Asked(y, z, denoised, sigmas),
                  varianceReduction,
                  DistillOptions.Scaling.SIGMA)
              .uphill();

      double mean = uphill.mean().getFloat();
      NDArray apart = uphill.sub(mean);
      return new double[] {mean, apart.mul(apart).mean().getFloat()};
    }
  }
}
