package dev.voxelmill.gpu.mesh;

/**
 * The transfer function between colours as pictures hold them and as glTF holds them (IEC
 * 61966-2-1).
 */
final class Srgb {
  private Srgb() {}

  /** From sRGB-encoded to linear, both in [0, 1]. */
  static double toLinear(double encoded) {
    return encoded <= 0.04045 ? encoded / 12.92 : StrictMath.pow((encoded + 0.055) / 1.055, 2.4);
  }

  /** From linear to sRGB-encoded, both in [0, 1]. */
  static double fromLinear(double linear) {
    return linear <= 0.0031308 ? linear * 12.92 : 1.055 * StrictMath.pow(linear, 1 / 2.4) - 0.055;
  }
}
