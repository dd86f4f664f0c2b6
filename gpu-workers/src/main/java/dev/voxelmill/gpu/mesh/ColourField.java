package dev.voxelmill.gpu.mesh;

/** A colour at every point of the world, as a picture would show it: sRGB-encoded, in [0, 1]. */
@FunctionalInterface
public interface ColourField {
  /** Writes red, green and blue at a world position. */
  void sample(double x, double y, double z, float[] rgb);
}
