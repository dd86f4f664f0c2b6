package dev.voxelmill.gpu.field;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class FieldLossesTest {
  private static final int SIZE = 20;

  @Test
  void theSafeCentreDepthIsANumberWhereTheRecordedOneIsNot() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        FieldLosses losses = new FieldLosses(scope)) {
      NDArray depth = depth(scope, 1, 3);

      LossValue safe = losses.centreDepth(scope, depth);
      LossValue recorded = losses.recordedCentreDepth(scope, depth);

      assertEquals(-Math.log(2), safe.value().getFloat(), 1e-6);
      assertTrue(Float.isNaN(recorded.value().getFloat()));
      assertArrayEquals(recorded.gradient().toFloatArray(), safe.gradient().toFloatArray(), 1e-7f);
    }
  }

  @Test
  void aCentreBehindItsBorderStaysFinite() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        FieldLosses losses = new FieldLosses(scope)) {
      LossValue safe = losses.centreDepth(scope, depth(scope, 3, 1));

      assertEquals(-Math.log(1e-6), safe.value().getFloat(), 1e-3);
      assertEquals(0, safe.gradient().abs().max().getFloat());
    }
  }

  @Test
  void variationFallsAlongItsNegativeGradient() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        FieldLosses losses = new FieldLosses(scope)) {
      FieldLayout layout =
          new FieldLayout(
              5, 4, 3, 2, SceneBox.cube(1), -1, 1, ColourActivation.SIGMOID, Padding.BORDER, 0, 10);
      NDArray grid = scope.randomNormal(new Shape(1, 3, 3, 4, 5));
      VoxelField field = VoxelField.of(scope, layout, new float[60], new float[120]);
      field.grid().addi(grid);
      LossValue before = losses.variation(scope, field, 0.5);
      double slope = before.gradient().mul(before.gradient()).sum().getFloat();
      double step = 1e-2;

      field.grid().subi(before.gradient().mul(step));
      LossValue after = losses.variation(scope, field, 0.5);

      double fall = before.value().getFloat() - after.value().getFloat();
      assertEquals(step * slope, fall, 0.05 * step * slope);
    }
  }

  /** A depth picture whose middle and border are each at one depth. */
  private static NDArray depth(NDManager scope, float centre, float border) {
    float[] values = new float[SIZE * SIZE];
    int edge = FieldLosses.DEPTH_BORDER_PX;
    for (int i = 0; i < values.length; i++) {
      int row = i / SIZE;
      int column = i % SIZE;
      boolean middle = row >= edge && row < SIZE - edge && column >= edge && column < SIZE - edge;
      values[i] = middle ? centre : border;
    }
    return scope.create(values, new Shape(SIZE, SIZE));
  }
}
