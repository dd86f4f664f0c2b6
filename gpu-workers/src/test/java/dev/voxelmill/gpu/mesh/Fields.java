package dev.voxelmill.gpu.mesh;

import java.util.SplittableRandom;

/** Fields with known surfaces. */
final class Fields {
  private Fields() {}

  /** A function of the world position. */
  interface Shape {
    double at(double x, double y, double z);
  }

  /** Samples a shape at the cell centres of a cube. */
  static ScalarField sample(int n, double halfExtent, Shape shape) {
    float[] values = new float[n * n * n];
    ScalarField grid = ScalarField.cells(values, n, halfExtent);
    for (int z = 0; z < n; z++) {
      for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
          values[grid.size().index(x, y, z)] =
              (float) shape.at(grid.worldX(x), grid.worldY(y), grid.worldZ(z));
        }
      }
    }
    return grid;
  }

  /** A ball: 1 - |p| / radius, above 0 inside. */
  static ScalarField ball(int n, double halfExtent, double radius) {
    return sample(n, halfExtent, (x, y, z) -> 1 - Math.sqrt(x * x + y * y + z * z) / radius);
  }

  /** White noise in [-1, 1], the hardest field for a table of cases. */
  static ScalarField noise(GridSize size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return new ScalarField(values, size, Bounds.cube(1), ScalarField.Sampling.CELL_CENTRES);
  }
}
