package dev.voxelmill.gpu.raster;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/** An sRGB-encoded picture with values in [0, 1], (height, width, 3), row 0 at the top. */
public final class Picture {
  private final int width;
  private final int height;
  private final float[] rgb;

  /** Takes the values over, (height, width, 3). */
  public Picture(int width, int height, float[] rgb) {
    if (width < 1 || height < 1 || requireNonNull(rgb, "rgb").length != 3 * width * height) {
      throw new IllegalArgumentException(
          "picture: "
              + width
              + " x "
              + height
              + " with "
              + rgb.length
              + " values (expected: 3 per pixel)");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  /** A white picture. */
  public static Picture white(int width, int height) {
    float[] rgb = new float[3 * width * height];
    Arrays.fill(rgb, 1);
    return new Picture(width, height, rgb);
  }

  /** Takes planes, (3, height, width), as tensors hold them. */
  public static Picture ofPlanes(int width, int height, float[] planes) {
    int count = width * height;
    float[] rgb = new float[3 * count];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = planes[i % 3 * count + i / 3];
    }
    return new Picture(width, height, rgb);
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The values, (height, width, 3), shared. */
  public float[] rgb() {
    return rgb;
  }

  /** The values as doubles, (height, width, 3), for the metrics. */
  public double[] doubles() {
    double[] values = new double[rgb.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rgb[i];
    }
    return values;
  }

  /** Each pixel repeated into a square of {@code factor} by {@code factor}. */
  public Picture enlarged(int factor) {
    Picture large = white(factor * width, factor * height);
    for (int y = 0; y < large.height; y++) {
      for (int x = 0; x < large.width; x++) {
        int from = 3 * (y / factor * width + x / factor);
        System.arraycopy(rgb, from, large.rgb, 3 * (y * large.width + x), 3);
      }
    }
    return large;
  }

  void paste(Picture part, int left, int top) {
    for (int y = 0; y < part.height; y++) {
      System.arraycopy(
          part.rgb, 3 * y * part.width, rgb, 3 * ((top + y) * width + left), 3 * part.width);
    }
  }
}
