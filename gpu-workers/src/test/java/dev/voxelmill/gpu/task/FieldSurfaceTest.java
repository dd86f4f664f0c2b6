package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.VoxelField;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

@OnDeviceThread
class FieldSurfaceTest {
  @Test
  void aUniformFieldLosesWhatAStraightRayLosesInOneVoxel() {
    FieldLayout layout = PictureScenes.ofGrid(16).layout();
    float[] density = new float[VoxelField.voxels(layout)];
    Arrays.fill(density, 0.5f);

    FieldSurface surface = surface(layout, density);

    double sigma = layout.scale() * Math.log1p(Math.exp(0.5 + layout.shift()));
    double alpha = 1 - Math.exp(-sigma * layout.voxelEdge());
    for (float value : surface.opacity().values()) {
      assertEquals(alpha, value, 1e-6);
    }
  }

  @Test
  void whatIsStoredIsInterpolatedBeforeItBecomesOpacity() {
    FieldLayout layout = PictureScenes.ofGrid(16).layout();
    float[] density = new float[VoxelField.voxels(layout)];
    for (int i = 0; i < density.length; i++) {
      density[i] = 0.1f * (i % 16); // rises by 0.1 per voxel along x
    }

    FieldSurface surface = surface(layout, density);

    for (int cell = 1; cell < 31; cell++) { // beyond the outermost centres it is held
      double stored = 0.1 * ((cell + 0.5) / 2 - 0.5);
      double sigma = layout.scale() * Math.log1p(Math.exp(stored + layout.shift()));
      double alpha = 1 - Math.exp(-sigma * layout.voxelEdge());
      assertEquals(alpha, surface.opacity().value(cell, 7, 9), 1e-5, "cell " + cell);
    }
  }

  @Test
  void onlyGridsThatStayAffordableAreRefined() {
    FieldLayout coarse = PictureScenes.ofGrid(16).layout();
    FieldLayout fine = PictureScenes.ofGrid(80).layout();

    assertEquals(2, surface(coarse, new float[VoxelField.voxels(coarse)]).refinement(coarse));
    assertEquals(1, surface(fine, new float[VoxelField.voxels(fine)]).refinement(fine));
  }

  @Test
  void anUntaughtColourIsGrey() {
    FieldLayout layout = PictureScenes.ofGrid(16).layout();

    FieldSurface surface = surface(layout, new float[VoxelField.voxels(layout)]);

    float[] rgb = new float[3];
    surface.colours().sample(0.1, -0.2, 0.3, rgb);
    assertTrue(Arrays.equals(new float[] {.5f, .5f, .5f}, rgb), Arrays.toString(rgb));
  }

  private static FieldSurface surface(FieldLayout layout, float[] density) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      float[] colour = new float[3 * density.length];
      return FieldSurface.of(VoxelField.of(scope, layout, density, colour));
    }
  }
}
