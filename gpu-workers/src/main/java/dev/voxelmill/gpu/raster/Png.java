package dev.voxelmill.gpu.raster;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Encodes pictures as 8-bit RGB PNG files without a time stamp: equal pictures give equal bytes.
 */
public final class Png {
  private Png() {}

  /** The file's bytes; values beyond [0, 1] are clamped. */
  public static byte[] encode(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        int at = 3 * (y * picture.width() + x);
        int red = level(picture.rgb()[at]);
        int green = level(picture.rgb()[at + 1]);
        int blue = level(picture.rgb()[at + 2]);
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IllegalStateException("png: no writer (expected: the JDK's; fix: java.desktop)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("png: could not be written to memory", e);
    }
    return bytes.toByteArray();
  }

  private static int level(float value) {
    return (int) (255 * Math.max(0, Math.min(1, value)) + 0.5f);
  }
}
