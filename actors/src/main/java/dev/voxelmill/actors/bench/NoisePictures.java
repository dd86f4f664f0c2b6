package dev.voxelmill.actors.bench;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Pictures that do not compress, so that a request is as large as it is meant to be. */
final class NoisePictures {
  private static final int COUNT = 64;
  private static final int BYTES_PER_PIXEL = 3;

  private NoisePictures() {}

  /** A few different PNG files of about that many bytes, each in Base64. */
  static List<String> base64(int bytes) {
    int edge = Math.max(1, (int) Math.sqrt((double) bytes / BYTES_PER_PIXEL));
    List<String> pictures = new ArrayList<>();
    for (int seed = 0; seed < COUNT; seed++) {
      pictures.add(Base64.getEncoder().encodeToString(png(edge, new Random(seed))));
    }
    return pictures;
  }

  private static byte[] png(int edge, Random random) {
    BufferedImage image = new BufferedImage(edge, edge, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < edge * edge; pixel++) {
      image.setRGB(pixel % edge, pixel / edge, random.nextInt());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a PNG to memory", e);
    }
    return out.toByteArray();
  }
}
