package dev.voxelmill.gpu.mesh;

/** The number of samples of a grid along each axis; memory order is [z][y][x]. */
public record GridSize(int nx, int ny, int nz) {
  /** 1,000 samples along each axis; above, an index would leave the range of an int. */
  private static final int MAX_COUNT = 1_000_000_000;

  public GridSize {
    if (nx < 1 || ny < 1 || nz < 1 || (double) nx * ny * nz > MAX_COUNT) {
      throw new IllegalArgumentException(
          "size: " + nx + " x " + ny + " x " + nz + " (expected: 1 to " + MAX_COUNT + " samples)");
    }
  }

  public int count() {
    return nx * ny * nz;
  }

  public int index(int x, int y, int z) {
    return (z * ny + y) * nx + x;
  }
}
