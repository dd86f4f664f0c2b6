package dev.voxelmill.gpu.clip;

import java.awt.image.BufferedImage;

/**
 * A picture of three bytes per pixel, (height, width, 3), row 0 at the top; transparency is
 * ignored.
 */
public final class RgbPixels {
  private final int width;
  private final int height;
  private final byte[] rgb;

  /** Takes the bytes over, (height, width, 3). */
  public RgbPixels(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "rgb: %d bytes for %d x %d (expected: 3 per pixel)".formatted(rgb.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  public static RgbPixels of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[3 * argb.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (argb[i / 3] >> (16 - 8 * (i % 3)));
    }
    return new RgbPixels(width, height, rgb);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The bytes, (height, width, 3), shared. */
  public byte[] rgb() {
    return rgb;
  }

  int at(int x, int y, int channel) {
    return Byte.toUnsignedInt(rgb[3 * (y * width + x) + channel]);
  }
}
