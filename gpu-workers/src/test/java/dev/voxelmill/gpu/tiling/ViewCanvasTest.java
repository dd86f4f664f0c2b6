package dev.voxelmill.gpu.tiling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class ViewCanvasTest {

  @Test
  void cuttingACanvasGivesTheViewsBack() {
    Random sizes = new Random(3);
    for (int trial = 0; trial < 50; trial++) {
      try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
        Shape shape =
            new Shape(
                6L * (1 + sizes.nextInt(3)),
                1 + sizes.nextInt(4),
                1 + sizes.nextInt(9),
                1 + sizes.nextInt(9));
        NDArray views = scope.arange((int) shape.size()).reshape(shape);

        NDArray canvases = ViewCanvas.tile(views);

        Shape expected =
            new Shape(shape.get(0) / 6, shape.get(1), 3 * shape.get(2), 2 * shape.get(3));
        assertEquals(expected, canvases.getShape());
        assertEquals(views, ViewCanvas.untile(canvases));
      }
    }
  }

  @Test
  void viewsLieInThreeRowsOfTwoFromTheTopLeft() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      NDArray views = scope.create(new float[] {0, 1, 2, 3, 4, 5}, new Shape(6, 1, 1, 1));

      NDArray canvas = ViewCanvas.tile(views);

      assertEquals(new Shape(1, 1, 3, 2), canvas.getShape());
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, canvas.toFloatArray());
    }
  }

  @Test
  void camerasStandSixtyDegreesApartAtTheEditionsElevations() {
    List<OrbitCamera> cameras = ViewCanvas.cameras(ViewCanvas.Edition.V1_2, 0.5, 1.7, 0.8);

    for (int view = 0; view < 6; view++) {
      OrbitCamera camera = cameras.get(view);
      assertEquals(0.5 + Math.toRadians(30 + 60 * view), camera.azimuthRad(), 1e-12);
      assertEquals(Math.toRadians(view % 2 == 0 ? 20 : -10), camera.elevationRad(), 1e-12);
    }
  }

  @Test
  void piecesThatAreNoCanvasAreRefused() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      NDArray five = scope.zeros(new Shape(5, 4, 2, 2));
      NDArray uneven = scope.zeros(new Shape(1, 4, 4, 4));

      assertThrows(IllegalArgumentException.class, () -> ViewCanvas.tile(five));
      assertThrows(IllegalArgumentException.class, () -> ViewCanvas.untile(uneven));
    }
  }
}
