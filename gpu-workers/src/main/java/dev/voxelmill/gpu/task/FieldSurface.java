package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.mesh.ColourField;
import dev.voxelmill.gpu.mesh.GridColours;
import dev.voxelmill.gpu.mesh.ScalarField;
import java.util.Arrays;

/**
 * A voxel field as meshing reads it: opacity and colour on a grid twice as fine.
 *
 * <p>What is stored is interpolated first and turned into opacity after, as rendering does it: so
 * the surface follows what the optimised views show, where interpolated opacities would round it
 * off. The opacity is {@code 1 - exp(-sigma h)}, sigma the density per unit length and h the edge
 * of a stored voxel, which is what a ray straight through one loses. Computed with {@link
 * StrictMath}, so that every machine meshes the same surface.
 *
 * @param opacity alpha per stored voxel, in [0, 1]
 * @param colours in [0, 1]
 */
record FieldSurface(ScalarField opacity, ColourField colours) {
  private static final int CHANNELS = 4;
  private static final int MULTIPLE = 2;

  /** Finer grids than this are fine enough, and twice as fine would not fit a worker's heap. */
  private static final int LARGEST_REFINED = 64;

  static FieldSurface of(VoxelField field) {
    FieldLayout layout = field.layout();
    float[] stored = field.grid().toFloatArray(); // (4, n, n, n)
    int fine = layout.x() <= LARGEST_REFINED ? MULTIPLE * layout.x() : layout.x();
    int count = fine * fine * fine;
    double gain = StrictMath.exp(field.logGain().getFloat());
    float[] alpha = refined(stored, 0, layout.x(), fine);
    for (int i = 0; i < count; i++) {
      double sigma = layout.scale() * softplus(gain * alpha[i] + layout.shift());
      alpha[i] = (float) (1 - StrictMath.exp(-sigma * layout.voxelEdge()));
    }
    float[] rgb = new float[3 * count];
    for (int channel = 1; channel < CHANNELS; channel++) {
      float[] feature = refined(stored, channel, layout.x(), fine);
      for (int i = 0; i < count; i++) {
        rgb[(channel - 1) * count + i] = (float) (1 / (1 + StrictMath.exp(-feature[i])));
      }
    }
    ScalarField opacity = ScalarField.cells(alpha, fine, PictureScenes.HALF_BOX);
    return new FieldSurface(opacity, new GridColours(rgb, opacity));
  }

  /** Cells of the grid per stored voxel, along an edge. */
  double refinement(FieldLayout layout) {
    return (double) opacity.size().nx() / layout.x();
  }

  /** One channel of n^3 voxels, interpolated at the centres of {@code fine}^3 cells. */
  private static float[] refined(float[] stored, int channel, int n, int fine) {
    int voxels = n * n * n;
    float[] values = Arrays.copyOfRange(stored, channel * voxels, (channel + 1) * voxels);
    if (fine == n) {
      return values;
    }
    ScalarField coarse = ScalarField.cells(values, n, PictureScenes.HALF_BOX);
    float[] cells = new float[fine * fine * fine];
    double edge = 2 * PictureScenes.HALF_BOX / fine;
    for (int z = 0, at = 0; z < fine; z++) {
      for (int y = 0; y < fine; y++) {
        for (int x = 0; x < fine; x++, at++) {
          cells[at] =
              (float)
                  coarse.sample(
                      (x + 0.5) * edge - PictureScenes.HALF_BOX,
                      (y + 0.5) * edge - PictureScenes.HALF_BOX,
                      (z + 0.5) * edge - PictureScenes.HALF_BOX);
        }
      }
    }
    return cells;
  }

  private static double softplus(double x) {
    return x > 20 ? x : StrictMath.log1p(StrictMath.exp(x));
  }
}
