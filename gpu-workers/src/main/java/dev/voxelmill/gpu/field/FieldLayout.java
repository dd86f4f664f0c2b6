package dev.voxelmill.gpu.field;

import static java.util.Objects.requireNonNull;

/**
 * What never changes about a voxel radiance field.
 *
 * <p>Density at a point is {@code scale * softplus(exp(logGain) * d + shift)} per unit length,
 * where d is the trilinear lookup of the stored density (sjc voxnerf/vox.py, {@code
 * compute_density_feats}, where scale is 1).
 *
 * @param x voxels along x
 * @param y voxels along y
 * @param z voxels along z
 * @param channels colour channels
 * @param box what the voxels fill
 * @param shift added before the softplus
 * @param scale density per unit length of a softplus of 1
 * @param activation from stored features to colours
 * @param padding beyond the outermost voxel centres
 * @param colourThreshold a sample of this weight or less takes no colour
 * @param emptyDepth depth of what a ray does not absorb
 */
public record FieldLayout(
    int x,
    int y,
    int z,
    int channels,
    SceneBox box,
    double shift,
    double scale,
    ColourActivation activation,
    Padding padding,
    double colourThreshold,
    double emptyDepth) {

  public FieldLayout {
    requireNonNull(box, "box");
    requireNonNull(activation, "activation");
    requireNonNull(padding, "padding");
    if (x < 2 || y < 2 || z < 2) {
      throw new IllegalArgumentException(
          "grid: %dx%dx%d (expected: at least 2 voxels on every axis)".formatted(x, y, z));
    }
    if (channels < 1) {
      throw new IllegalArgumentException("channels: " + channels + " (expected: >= 1)");
    }
    if (!(scale > 0)) {
      throw new IllegalArgumentException("scale: " + scale + " (expected: > 0)");
    }
  }

  /**
   * SJC's march length: the mean voxel edge times {@code ratio}, in float32 as there
   * (voxnerf/vox.py, {@code get_num_samples}).
   */
  public float stepLength(double ratio) {
    float sum = (float) box.extent(0) / x + (float) box.extent(1) / y + (float) box.extent(2) / z;
    return sum / 3 * (float) ratio;
  }

  /** Samples of a march of that step along the box's diagonal. */
  public int samplesAcross(float step) {
    float square = 0;
    for (int axis = 0; axis < 3; axis++) {
      float extent = (float) box.extent(axis);
      square += extent * extent;
    }
    return (int) ((float) Math.sqrt(square) / step) + 1;
  }

  /** World coordinate of a voxel's centre along an axis: 0 is x, 1 is y, 2 is z. */
  public double centre(int axis, int index) {
    int extent =
        switch (axis) {
          case 0 -> x;
          case 1 -> y;
          default -> z;
        };
    return box.low(axis) + (index + 0.5) * box.extent(axis) / extent;
  }

  /** Length of a voxel's edge along x. */
  public double voxelEdge() {
    return box.extent(0) / x;
  }
}
