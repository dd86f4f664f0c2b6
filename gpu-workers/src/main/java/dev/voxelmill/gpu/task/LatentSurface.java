package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.LatentScenes;
import dev.voxelmill.gpu.field.DensityExport;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.mesh.ScalarField;

/**
 * A latent field as meshing reads it: 3drec's density, upsampled, averaged and eroded, as opacity.
 *
 * @param opacity {@code 1 - 2^(-density / threshold)} on a grid twice as fine as the field's, so
 *     that the surface lies at {@link #LEVEL}
 * @param highest the largest density over the mean, which the threshold must be below
 */
record LatentSurface(ScalarField opacity, double highest) {
  /** Opacity of the threshold's density. */
  static final float LEVEL = 0.5f;

  /**
   * Prepares a field.
   *
   * @param multiple threshold over the mean density
   * @param scale from the units of the field to those of the mesh
   */
  static LatentSurface of(NDManager scope, VoxelField field, double multiple, double scale) {
    DensityExport.Recipe usual = DensityExport.Recipe.DEFAULT;
    DensityExport.Recipe recipe =
        new DensityExport.Recipe(usual.multiple(), usual.average(), usual.erosion(), multiple);
    try (NDManager work = scope.newSubManager();
        DensityExport export = new DensityExport(work)) {
      DensityExport.Exported exported =
          export.export(
              work, field.grid().get(":, 0:1"), field.logGain(), LatentScenes.SHIFT, recipe);
      float[] values = exported.density().toFloatArray();
      float largest = 0;
      for (int i = 0; i < values.length; i++) {
        largest = Math.max(largest, values[i]);
        values[i] = (float) (1 - StrictMath.pow(2, -values[i] / exported.threshold()));
      }
      int fine = recipe.multiple() * field.layout().x();
      return new LatentSurface(
          ScalarField.cells(values, fine, scale * LatentScenes.HALF_BOX),
          multiple * largest / exported.threshold());
    }
  }
}
