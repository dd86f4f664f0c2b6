package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/** Colours on a grid, interpolated trilinearly and clamped to [0, 1]. */
public final class GridColours implements ColourField {
  private final ScalarField red;
  private final ScalarField green;
  private final ScalarField blue;

  /** Takes {@code rgb} in memory order [channel][z][y][x] on the grid of {@code grid}. */
  public GridColours(float[] rgb, ScalarField grid) {
    int count = grid.size().count();
    if (rgb.length != 3 * count) {
      throw new IllegalArgumentException(
          "rgb: " + rgb.length + " (expected: " + 3 * count + " for 3 x " + grid.size() + ")");
    }
    red = grid.with(Arrays.copyOfRange(rgb, 0, count));
    green = grid.with(Arrays.copyOfRange(rgb, count, 2 * count));
    blue = grid.with(Arrays.copyOfRange(rgb, 2 * count, 3 * count));
  }

  @Override
  public void sample(double x, double y, double z, float[] rgb) {
    rgb[0] = clamp(red.sample(x, y, z));
    rgb[1] = clamp(green.sample(x, y, z));
    rgb[2] = clamp(blue.sample(x, y, z));
  }

  private static float clamp(double value) {
    return (float) Math.max(0, Math.min(1, value));
  }
}
