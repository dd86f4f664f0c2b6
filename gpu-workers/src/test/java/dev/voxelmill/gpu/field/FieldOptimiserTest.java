package dev.voxelmill.gpu.field;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Both optimisers against the published algorithms, written out in double precision. */
@OnDeviceThread
class FieldOptimiserTest {
  private static final double RATE = 0.05;
  private static final float[][] GRADIENTS = {
    {0.3f, -2, 0, 1e-6f}, {-0.1f, -1, 0, 0.5f}, {0.2f, 4, 0, -0.25f}
  };

  @Test
  void adamFollowsAlgorithmOne() {
    OptimiserRule rule = OptimiserRule.ADAM;
    double[] value = new double[4];
    double[] first = new double[4];
    double[] second = new double[4];
    for (int step = 0; step < GRADIENTS.length; step++) {
      for (int i = 0; i < value.length; i++) {
        double g = GRADIENTS[step][i];
        first[i] = rule.beta1() * first[i] + (1 - rule.beta1()) * g;
        second[i] = rule.beta2() * second[i] + (1 - rule.beta2()) * g * g;
        double mean = first[i] / (1 - Math.pow(rule.beta1(), step + 1));
        double square = second[i] / (1 - Math.pow(rule.beta2(), step + 1));
        value[i] -= RATE * mean / (Math.sqrt(square) + rule.epsilon());
      }
    }

    assertArrayEquals(value, stepped(rule), 1e-6);
  }

  @Test
  void adamaxFollowsAlgorithmTwo() {
    OptimiserRule rule = OptimiserRule.ADAMAX;
    double[] value = new double[4];
    double[] first = new double[4];
    double[] norm = new double[4];
    for (int step = 0; step < GRADIENTS.length; step++) {
      for (int i = 0; i < value.length; i++) {
        double g = GRADIENTS[step][i];
        first[i] = rule.beta1() * first[i] + (1 - rule.beta1()) * g;
        norm[i] = Math.max(rule.beta2() * norm[i], Math.abs(g) + rule.epsilon());
        value[i] -= RATE / (1 - Math.pow(rule.beta1(), step + 1)) * first[i] / norm[i];
      }
    }

    assertArrayEquals(value, stepped(rule), 1e-6);
  }

  @Test
  void aTensorLongerThanAPieceIsSteppedToItsEnd() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        FieldOptimiser optimiser = new FieldOptimiser(scope, OptimiserRule.ADAMAX)) {
      float[] ones = new float[100_001];
      Arrays.fill(ones, 1);
      NDArray tensor = scope.create(new float[ones.length]);

      optimiser.step(scope, tensor, scope.create(ones), Moments.zerosLike(tensor), 0, RATE);

      assertEquals(-RATE, tensor.max().getFloat(), 1e-6);
      assertEquals(-RATE, tensor.min().getFloat(), 1e-6);
    }
  }

  private static double[] stepped(OptimiserRule rule) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        FieldOptimiser optimiser = new FieldOptimiser(scope, rule)) {
      NDArray tensor = scope.create(new float[4]);
      Moments moments = Moments.zerosLike(tensor);
      for (int step = 0; step < GRADIENTS.length; step++) {
        optimiser.step(scope, tensor, scope.create(GRADIENTS[step]), moments, step, RATE);
      }
      double[] values = new double[4];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloat(i);
      }
      return values;
    }
  }
}
