package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@OnDeviceThread
class ShapesTest {
  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void anArrayOfTheClaimedShapePasses() {
    NDArray latents = scope.zeros(new Shape(2, 4, 8, 8));

    assertSame(latents, Shapes.require(latents, "latents", 2, 4, 8, 8));
    assertSame(latents, Shapes.require(latents, "latents", -1, 4, -1, -1));
    Shapes.require(scope.create(1f), "scalar");
  }

  @Test
  void anyOtherShapeIsRefusedWithBothShapes() {
    NDArray latents = scope.zeros(new Shape(2, 4, 8, 8));

    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> Shapes.require(latents, "latents", -1, 3, 8, 8));

    assertEquals("latents: shape (2, 4, 8, 8) (expected: (*, 3, 8, 8))", refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Shapes.require(latents, "latents", 2, 4, 8));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT32", "FLOAT16", "FLOAT64", "INT32", "INT64", "UINT8", "BOOLEAN"})
  void everyTypeThatNativeCodeTakesPassesAndConverts(DataType type) {
    NDArray array = scope.create(new float[] {0, 1});

    NDArray converted = Dtypes.convert(array, type);

    assertEquals(type, converted.getDataType());
    assertSame(converted, Dtypes.require(converted, "converted", type));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"FLOAT32", "FLOAT16", "FLOAT64", "INT32", "INT64", "UINT8", "BOOLEAN"})
  void everyTypeThatWouldEndTheProcessIsRefusedBeforeNativeCode(DataType type) {
    NDArray array = scope.create(1f);

    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Dtypes.convert(array, type));

    assertTrue(refusal.getMessage().startsWith("type: "), refusal.getMessage());
  }
}
