package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.distill.PictureScenes;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.mesh.ColourField;
import dev.voxelmill.gpu.mesh.GridColours;
import dev.voxelmill.gpu.mesh.ScalarField;

/**
 * A voxel field as meshing reads it: opacity and colour of each voxel.
 *
 * <p>The opacity of a voxel is {@code 1 - exp(-sigma h)}, sigma its density per unit length and h
 * the edge, which is what a ray straight through it loses. Computed with {@link StrictMath}, so
 * that every machine meshes the same surface.
 *
 * @param opacity alpha per voxel, in [0, 1]
 * @param colours in [0, 1]
 */
record FieldSurface(ScalarField opacity, ColourField colours) {

  static FieldSurface of(VoxelField field) {
    int n = field.layout().x();
    int count = VoxelField.voxels(field.layout());
    float[] grid = field.grid().toFloatArray(); // (4, n, n, n)
    double gain = StrictMath.exp(field.logGain().getFloat());
    float[] alpha = new float[count];
    float[] rgb = new float[3 * count];
    for (int i = 0; i < count; i++) {
      double sigma = field.layout().scale() * softplus(gain * grid[i] + field.layout().shift());
      alpha[i] = (float) (1 - StrictMath.exp(-sigma * field.layout().voxelEdge()));
    }
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (float) (1 / (1 + StrictMath.exp(-grid[count + i])));
    }
    ScalarField opacity = ScalarField.cells(alpha, n, PictureScenes.HALF_BOX);
    return new FieldSurface(opacity, new GridColours(rgb, opacity));
  }

  private static double softplus(double x) {
    return x > 20 ? x : StrictMath.log1p(StrictMath.exp(x));
  }
}
