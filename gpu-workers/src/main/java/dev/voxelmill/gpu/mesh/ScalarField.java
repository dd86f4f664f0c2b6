package dev.voxelmill.gpu.mesh;

import static java.util.Objects.requireNonNull;

/**
 * A finite scalar on a regular grid, in memory order [z][y][x], with its place in the world.
 *
 * <p>The array is shared, not copied: whoever makes a field hands its values over.
 */
public final class ScalarField {
  /** Where in the box the samples lie. */
  public enum Sampling {
    /** Sample i of n stands for the i-th of n equal cells and lies at its centre. */
    CELL_CENTRES,
    /** The first and the last sample lie on the faces of the box. */
    NODES
  }

  private final float[] values;
  private final GridSize size;
  private final Bounds bounds;
  private final Sampling sampling;

  public ScalarField(float[] values, GridSize size, Bounds bounds, Sampling sampling) {
    requireNonNull(values, "values");
    this.size = requireNonNull(size, "size");
    this.bounds = requireNonNull(bounds, "bounds");
    this.sampling = requireNonNull(sampling, "sampling");
    if (values.length != size.count()) {
      throw new IllegalArgumentException(
          "values: " + values.length + " (expected: " + size.count() + " for " + size + ")");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "values[" + i + "]: " + values[i] + " (expected: finite; the field has diverged)");
      }
    }
    if (sampling == Sampling.NODES && Math.min(size.nx(), Math.min(size.ny(), size.nz())) < 2) {
      throw new IllegalArgumentException("size: " + size + " (expected: >= 2 nodes on every axis)");
    }
    this.values = values;
  }

  /** A field of cell centres in a cube round the origin, the layout of the voxel grids. */
  public static ScalarField cells(float[] values, int n, double halfExtent) {
    return new ScalarField(
        values, new GridSize(n, n, n), Bounds.cube(halfExtent), Sampling.CELL_CENTRES);
  }

  public float value(int x, int y, int z) {
    return values[size.index(x, y, z)];
  }

  /** The samples in memory order [z][y][x], shared. */
  public float[] values() {
    return values;
  }

  public GridSize size() {
    return size;
  }

  public Bounds bounds() {
    return bounds;
  }

  public Sampling sampling() {
    return sampling;
  }

  /** The distance between neighbouring samples along x. */
  public double spacing() {
    return worldX(1) - worldX(0);
  }

  /** The same grid with other values. */
  public ScalarField with(float[] otherValues) {
    return new ScalarField(otherValues, size, bounds, sampling);
  }

  /** The trilinear value at a world position; beyond the outermost samples the border's value. */
  public double sample(double x, double y, double z) {
    double gx = within(gridCoordinate(x, size.nx(), bounds.min().x(), bounds.max().x()), size.nx());
    double gy = within(gridCoordinate(y, size.ny(), bounds.min().y(), bounds.max().y()), size.ny());
    double gz = within(gridCoordinate(z, size.nz(), bounds.min().z(), bounds.max().z()), size.nz());
    int x0 = (int) gx;
    int y0 = (int) gy;
    int z0 = (int) gz;
    int right = x0 + 1 < size.nx() ? 1 : 0;
    int back = y0 + 1 < size.ny() ? size.nx() : 0;
    int up = z0 + 1 < size.nz() ? size.nx() * size.ny() : 0;
    int corner = size.index(x0, y0, z0);
    double low = bilinear(corner, right, back, gx - x0, gy - y0);
    double high = bilinear(corner + up, right, back, gx - x0, gy - y0);
    return low + (high - low) * (gz - z0);
  }

  private double bilinear(int corner, int right, int back, double tx, double ty) {
    double front = values[corner] + (values[corner + right] - (double) values[corner]) * tx;
    double first = values[corner + back];
    double behind = first + (values[corner + back + right] - first) * tx;
    return front + (behind - front) * ty;
  }

  private static double within(double coordinate, int n) {
    return Math.max(0, Math.min(n - 1, coordinate));
  }

  private double gridCoordinate(double world, int n, double low, double high) {
    return switch (sampling) {
      case CELL_CENTRES -> (world - low) / (high - low) * n - 0.5;
      case NODES -> (world - low) / (high - low) * (n - 1);
    };
  }

  /** World x of a grid coordinate, which may be fractional or outside the grid. */
  public double worldX(double x) {
    return world(x, size.nx(), bounds.min().x(), bounds.max().x());
  }

  /** World y of a grid coordinate, which may be fractional or outside the grid. */
  public double worldY(double y) {
    return world(y, size.ny(), bounds.min().y(), bounds.max().y());
  }

  /** World z of a grid coordinate, which may be fractional or outside the grid. */
  public double worldZ(double z) {
    return world(z, size.nz(), bounds.min().z(), bounds.max().z());
  }

  private double world(double coordinate, int n, double low, double high) {
    return switch (sampling) {
      case CELL_CENTRES -> low + (coordinate + 0.5) * ((high - low) / n);
      case NODES -> low + coordinate * ((high - low) / (n - 1));
    };
  }
}
