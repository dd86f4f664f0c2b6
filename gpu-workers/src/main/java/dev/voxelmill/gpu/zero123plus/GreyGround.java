package dev.voxelmill.gpu.zero123plus;

import dev.voxelmill.gpu.clip.RgbPixels;
import java.awt.image.BufferedImage;

/** Puts a picture with coverage on the grey that Zero123++ was trained on (to_rgb_image). */
public final class GreyGround {
  private static final int GREY = 127;

  private GreyGround() {}

  /** The picture in the middle of the smallest square that holds it; nothing covers the rest. */
  public static BufferedImage square(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int side = Math.max(width, height);
    if (width == height) {
      return picture;
    }
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
    int[] argb = picture.getRGB(0, 0, width, height, null, 0, width);
    square.setRGB((side - width) / 2, (side - height) / 2, width, height, argb, 0, width);
    return square;
  }

  /** The picture on grey 127; without coverage, the picture. */
  public static RgbPixels under(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int argb = picture.getRGB(x, y);
        int at = 3 * (y * width + x);
        for (int channel = 0; channel < 3; channel++) {
          int value = argb >> (16 - 8 * channel) & 0xff;
          rgb[at + channel] = (byte) blended(value, argb >>> 24);
        }
      }
    }
    return new RgbPixels(width, height, rgb);
  }

  /** (value a + grey (255 - a)) / 255 to the nearest, in the whole numbers of Pillow's paste. */
  private static int blended(int value, int coverage) {
    int sum = value * coverage + GREY * (255 - coverage) + 128;
    return ((sum >> 8) + sum) >> 8;
  }
}
