package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.protocols.job.JobFailure;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.IntPredicate;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

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

  /** The fewest pixels along a side of which a model can make something. */
  static final int LEAST_PX = 8;

  /**
   * The object's longer side in a square cut to it: 200 of 256 (Zero-1-to-3, load_and_preprocess).
   */
  private static final double OBJECT_SHARE = 200.0 / 256;

  /** Coverage from which on a pixel belongs to the object. */
  private static final float COVERED = 0.5f;

  private static final int OPAQUE = 255;

  /** What Zero123++ paints behind an object, of 255, and how far from it a pixel may be. */
  private static final int GREY = 127;

  private static final int GREY_TOLERANCE = 12;

  private final int width;
  private final int height;
  private final float[] planes; // (4, height, width): RGB on white, coverage, each in 0..1

  private InputPicture(int width, int height, float[] planes) {
    this.width = width;
    this.height = height;
    this.planes = planes;
  }

  /**
   * Reads the picture of a request.
   *
   * @throws UnopenableTaskException when it does not decode, is too small or shows nothing
   */
  static InputPicture of(TaskInput input) {
    InputPicture picture =
        decode(input.image())
            .orElseThrow(
                () ->
                    unusable(
                        "%d bytes of %s (expected: a picture that decodes as PNG, JPEG or WebP)"
                            .formatted(input.image().length, input.request().image().mediaType())));
    if (Math.min(picture.width, picture.height) < LEAST_PX) {
      throw unusable(
          "%d x %d pixels (expected: at least %d along each side; fix: send a larger picture)"
              .formatted(picture.width, picture.height, LEAST_PX));
    }
    if (picture.object().isEmpty()) {
      throw unusable(
          "nothing in it (expected: an object, opaque where there is transparency, else darker than"
              + " white paper; fix: send a picture of something)");
    }
    return picture;
  }

  private static UnopenableTaskException unusable(String what) {
    return new UnopenableTaskException(JobFailure.Code.INVALID_REQUEST, "image: " + what);
  }

  /** Reads PNG, JPEG or WebP; empty when no reader understands the bytes. */
  static Optional<InputPicture> decode(byte[] file) {
    return read(file).map(InputPicture::of);
  }

  /** The pixels of a PNG, JPEG or WebP; empty when no reader understands the bytes. */
  static Optional<BufferedImage> read(byte[] file) {
    // Not through a file, as ImageIO does on its own: a full disk would be taken for a bad picture.
    try {
      return Optional.ofNullable(
          ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(file))));
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
    boolean[] paper =
        transparent
            ? new boolean[argb.length]
            : background(argb, width, height, InputPicture::isPaper);
    return of(argb, width, height, paper);
  }

  /**
   * An opaque picture on the grey of Zero123++: what reaches the border through pixels near that
   * grey is background.
   */
  static InputPicture onGrey(Picture picture) {
    int[] argb = new int[picture.width() * picture.height()];
    for (int i = 0; i < argb.length; i++) {
      argb[i] = OPAQUE << 24;
      for (int channel = 0; channel < 3; channel++) {
        int level = Math.round(OPAQUE * Math.clamp(picture.rgb()[3 * i + channel], 0, 1));
        argb[i] |= level << (16 - 8 * channel);
      }
    }
    boolean[] grey = background(argb, picture.width(), picture.height(), InputPicture::isGrey);
    return of(argb, picture.width(), picture.height(), grey);
  }

  private static InputPicture of(int[] argb, int width, int height, boolean[] paper) {
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
    double side = width / StrictMath.tan(fovRad / 2) * StrictMath.tan(targetFovRad / 2);
    return square(width / 2.0, height / 2.0, side, n);
  }

  /**
   * A square about the object, in n x n pixels, whose longer side takes 200 of 256 parts.
   *
   * @return (4, n, n), each in -1..1
   */
  float[] cutToObject(int n) {
    Box box = object().orElseThrow();
    double side = Math.max(box.right - box.left, box.bottom - box.top) / OBJECT_SHARE;
    return square((box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0, side, n);
  }

  /** Pixels from left and top to right and bottom, the latter two excluded. */
  private record Box(int left, int top, int right, int bottom) {
    private Box with(int x, int y) {
      return new Box(
          Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1));
    }
  }

  /** What the object covers, if there is one. */
  private Optional<Box> object() {
    Box box = new Box(width, height, 0, 0);
    for (int i = 0; i < width * height; i++) {
      if (planes[3 * width * height + i] >= COVERED) {
        box = box.with(i % width, i / width);
      }
    }
    return box.right > 0 ? Optional.of(box) : Optional.empty();
  }

  /**
   * The whole of a square picture.
   *
   * @return (4, n, n), each in -1..1
   */
  float[] resized(int n) {
    return square(width / 2.0, height / 2.0, width, n);
  }

  /** A square of the plane about a point, in n x n pixels. */
  private float[] square(double centreX, double centreY, double side, int n) {
    double step = side / n;
    float[] out = new float[4 * n * n];
    for (int channel = 0; channel < 4; channel++) {
      for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
          double left = centreX + (x - n / 2.0) * step;
          double top = centreY + (y - n / 2.0) * step;
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

  private static boolean[] background(int[] argb, int width, int height, IntPredicate isGround) {
    boolean[] paper = new boolean[argb.length];
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int x = 0; x < width; x++) {
      visit(argb, isGround, paper, open, x);
      visit(argb, isGround, paper, open, (height - 1) * width + x);
    }
    for (int y = 0; y < height; y++) {
      visit(argb, isGround, paper, open, y * width);
      visit(argb, isGround, paper, open, y * width + width - 1);
    }
    while (!open.isEmpty()) {
      int at = open.removeLast();
      int x = at % width;
      if (x > 0) {
        visit(argb, isGround, paper, open, at - 1);
      }
      if (x < width - 1) {
        visit(argb, isGround, paper, open, at + 1);
      }
      if (at >= width) {
        visit(argb, isGround, paper, open, at - width);
      }
      if (at < argb.length - width) {
        visit(argb, isGround, paper, open, at + width);
      }
    }
    return paper;
  }

  private static void visit(
      int[] argb, IntPredicate isGround, boolean[] paper, ArrayDeque<Integer> open, int at) {
    if (!paper[at] && isGround.test(argb[at])) {
      paper[at] = true;
      open.addLast(at);
    }
  }

  private static boolean isPaper(int argb) {
    return (argb & 0xFF) >= PAPER && (argb >> 8 & 0xFF) >= PAPER && (argb >> 16 & 0xFF) >= PAPER;
  }

  private static boolean isGrey(int argb) {
    return nearGrey(argb & 0xFF) && nearGrey(argb >> 8 & 0xFF) && nearGrey(argb >> 16 & 0xFF);
  }

  private static boolean nearGrey(int level) {
    return Math.abs(level - GREY) <= GREY_TOLERANCE;
  }
}
