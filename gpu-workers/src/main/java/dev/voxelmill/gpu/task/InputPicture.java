package dev.voxelmill.gpu.task;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * A submitted picture: RGB on white and coverage, as far as the picture tells what it covers.
 *
 * <p>A picture with transparency is taken at its word. One without is taken to show an object on
 * near-white paper: every pixel that reaches the border through pixels of at least {@link #PAPER}
 * in each channel is background, everything else is object. A photograph with another background is
 * therefore covered everywhere; cut the object out before submitting it.
 */
final class InputPicture {
  /** The darkest channel value, of 255, that still counts as paper. */
  static final int PAPER = 245;

  private static final int OPAQUE = 255;

  private final int width;
  private final int height;
  private final float[] planes; // (4, height, width): RGB on white, coverage, each in 0..1

  private InputPicture(int width, int height, float[] planes) {
    this.width = width;
    this.height = height;
    this.planes = planes;
  }

  /** Reads PNG, JPEG or WebP; empty when no reader understands the bytes. */
  static Optional<InputPicture> decode(byte[] file) {
    try {
      return Optional.ofNullable(ImageIO.read(new ByteArrayInputStream(file)))
          .map(InputPicture::of);
    } catch (IOException | RuntimeException undecodable) {
      // Readers throw whatever a damaged file makes them meet; all of it means the same here.
      return Optional.empty();
    }
  }

  static InputPicture of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    boolean transparent = false;
    for (int pixel : argb) {
      transparent |= pixel >>> 24 != OPAQUE;
    }
    boolean[] paper = transparent ? new boolean[argb.length] : paper(argb, width, height);
    float[] planes = new float[4 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      float coverage = paper[i] ? 0 : (argb[i] >>> 24) / 255f;
      for (int channel = 0; channel < 3; channel++) {
        float value = (argb[i] >> (16 - 8 * channel) & 0xFF) / 255f;
        planes[channel * argb.length + i] = paper[i] ? 1 : value * coverage + (1 - coverage);
      }
      planes[3 * argb.length + i] = coverage;
    }
    return new InputPicture(width, height, planes);
  }

  /**
   * The picture as a camera of another field of view takes it in n x n pixels.
   *
   * <p>Both cameras look through the centre of the picture, so the new frame is a scaled square
   * about it; beyond the picture lies white paper. Each pixel averages the area that it covers.
   *
   * @param fovRad horizontal field of view of this picture
   * @param targetFovRad field of view of the square one
   * @return (4, n, n), each in -1..1
   */
  float[] seenBy(double fovRad, double targetFovRad, int n) {
    double step =
        width / StrictMath.tan(fovRad / 2) * StrictMath.tan(targetFovRad / 2) / n; // pixels
    float[] out = new float[4 * n * n];
    for (int channel = 0; channel < 4; channel++) {
      for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
          double left = width / 2.0 + (x - n / 2.0) * step;
          double top = height / 2.0 + (y - n / 2.0) * step;
          double mean = mean(channel, left, top, step);
          out[(channel * n + y) * n + x] = (float) (2 * mean - 1);
        }
      }
    }
    return out;
  }

  /** The mean of a channel over a square of the plane. */
  private double mean(int channel, double left, double top, double side) {
    double sum = 0;
    double inside = 0;
    for (int y = (int) Math.max(0, Math.floor(top)); y < Math.min(height, top + side); y++) {
      double down = Math.min(y + 1, top + side) - Math.max(y, top);
      for (int x = (int) Math.max(0, Math.floor(left)); x < Math.min(width, left + side); x++) {
        double area = down * (Math.min(x + 1, left + side) - Math.max(x, left));
        sum += area * planes[(channel * height + y) * width + x];
        inside += area;
      }
    }
    double paper = channel == 3 ? 0 : 1;
    return (sum + (side * side - inside) * paper) / (side * side);
  }

  private static boolean[] paper(int[] argb, int width, int height) {
    boolean[] paper = new boolean[argb.length];
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int x = 0; x < width; x++) {
      visit(argb, paper, open, x);
      visit(argb, paper, open, (height - 1) * width + x);
    }
    for (int y = 0; y < height; y++) {
      visit(argb, paper, open, y * width);
      visit(argb, paper, open, y * width + width - 1);
    }
    while (!open.isEmpty()) {
      int at = open.removeLast();
      int x = at % width;
      if (x > 0) {
        visit(argb, paper, open, at - 1);
      }
      if (x < width - 1) {
        visit(argb, paper, open, at + 1);
      }
      if (at >= width) {
        visit(argb, paper, open, at - width);
      }
      if (at < argb.length - width) {
        visit(argb, paper, open, at + width);
      }
    }
    return paper;
  }

  private static void visit(int[] argb, boolean[] paper, ArrayDeque<Integer> open, int at) {
    int pixel = argb[at];
    boolean light =
        (pixel & 0xFF) >= PAPER && (pixel >> 8 & 0xFF) >= PAPER && (pixel >> 16 & 0xFF) >= PAPER;
    if (light && !paper[at]) {
      paper[at] = true;
      open.addLast(at);
    }
  }
}
