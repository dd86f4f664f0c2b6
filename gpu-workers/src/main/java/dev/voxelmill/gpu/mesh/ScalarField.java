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

  /** The same grid with other values. */
  public ScalarField with(float[] otherValues) {
    return new ScalarField(otherValues, size, bounds, sampling);
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
