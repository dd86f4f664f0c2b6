package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.List;

/**
 * The density that 3drec gives to marching cubes (zero123 3drec/voxnerf/vox.py, {@code
 * export_mesh}): stored density upsampled trilinearly, through its softplus, averaged over cubes,
 * then eroded by the minimum over cubes. The threshold is a multiple of the mean before erosion.
 */
public final class DensityExport implements AutoCloseable {
  private final Kernel kernel;

  /**
   * How the field is prepared.
   *
   * @param multiple voxels of the result along each edge of a stored voxel
   * @param average odd edge of the averaging cube, in voxels of the result
   * @param erosion odd edge of the eroding cube, in voxels of the result
   * @param thresholdMultiple threshold over the mean density
   */
  public record Recipe(int multiple, int average, int erosion, double thresholdMultiple) {
    /** What 3drec uses. */
    public static final Recipe DEFAULT = new Recipe(2, 7, 5, 8);

    public Recipe {
      if (multiple < 1 || average < 1 || erosion < 1) {
        throw new IllegalArgumentException(
            "recipe: %d, %d, %d (expected: all >= 1)".formatted(multiple, average, erosion));
      }
      if (average % 2 == 0 || erosion % 2 == 0) {
        throw new IllegalArgumentException(
            "recipe: average %d, erosion %d (expected: odd)".formatted(average, erosion));
      }
    }
  }

  /**
   * A field to be meshed.
   *
   * @param density (m Z, m Y, m X) float32
   * @param threshold the level of its surface
   */
  public record Exported(NDArray density, double threshold) {}

  public DensityExport(NDManager owner) {
    kernel =
        Kernel.compile(
            owner, KernelSource.resource(DensityExport.class, "export.torchscript", "Export"));
  }

  /** Prepares stored density (1, 1, Z, Y, X) for meshing. */
  public Exported export(
      NDManager scope, NDArray density, NDArray logGain, double shift, Recipe recipe) {
    Shapes.require(density, "density", 1, 1, -1, -1, -1);
    NDList out =
        kernel.call(
            scope,
            "export",
            List.of(
                Argument.of(density),
                Argument.of(logGain),
                Argument.of(shift),
                Argument.of(recipe.multiple()),
                Argument.of(recipe.average()),
                Argument.of(recipe.erosion())));
    return new Exported(out.get(0), out.get(1).getFloat() * recipe.thresholdMultiple());
  }

  /**
   * Moves a vertex from indices (z, y, x) of the exported field to 3drec's model frame, +Y up, in
   * [-0.5, 0.5]. As there, index k is divided by the grid's k-th extent of (x, y, z), so only cubic
   * grids keep their proportions.
   */
  public static double[] modelVertex(double[] index, FieldLayout layout, int multiple) {
    int[] extents = {layout.x(), layout.y(), layout.z()};
    double[] unit = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      unit[axis] = index[axis] / (extents[axis] * multiple) - 0.5;
    }
    return new double[] {unit[2], unit[0], -unit[1]};
  }

  @Override
  public void close() {
    kernel.close();
  }
}
