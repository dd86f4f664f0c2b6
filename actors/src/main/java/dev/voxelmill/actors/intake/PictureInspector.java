package dev.voxelmill.actors.intake;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Finds out whether bytes are a picture that can be used, without trusting them: the kind by its
 * first bytes and not by what the client says, the size before the dimensions, the dimensions
 * before decoding, decoding with a deadline and at a fraction of the memory of the full picture.
 */
final class PictureInspector {
  /** What the bytes are. */
  sealed interface Finding {}

  /** A picture that decodes. */
  record Picture(String mediaType, int widthPx, int heightPx) implements Finding {}

  /** Not a picture that can be used, and what to mend. */
  record Unusable(String reason) implements Finding {}

  /** Every n-th pixel is decoded: every row is read, the result takes 1/n^2 of the memory. */
  private static final int SUBSAMPLING = 8;

  /** A picture is not sampled below this many pixels per side, so that what it shows is seen. */
  private static final int SAMPLED_PX = 64;

  private final IntakeConfig config;

  PictureInspector(IntakeConfig config) {
    this.config = config;
  }

  /**
   * Looks at the bytes; takes at most about the configured time.
   *
   * @param field of the request that holds the picture, for messages
   * @param claimed the media type that the client gave
   */
  Finding inspect(String field, byte[] bytes, Optional<String> claimed) {
    return switch (inspect(bytes, claimed)) {
      case Unusable unusable -> new Unusable(field + "." + unusable.reason());
      case Picture picture -> picture;
    };
  }

  private Finding inspect(byte[] bytes, Optional<String> claimed) {
    if (bytes.length == 0 || bytes.length > config.maxImage().bytes()) {
      return new Unusable(
          "data: %d bytes (expected: 1 to %s)".formatted(bytes.length, config.maxImage()));
    }
    Optional<Kind> kind = Kind.of(bytes);
    if (kind.isEmpty()) {
      return new Unusable("data: not a picture (expected: PNG, JPEG or WebP)");
    }
    String mediaType = kind.get().mediaType;
    if (claimed.isPresent() && !claimed.get().equals(mediaType)) {
      return new Unusable(
          "mediaType: %s (expected: %s, as the bytes say)".formatted(claimed.get(), mediaType));
    }
    try {
      return decode(bytes, kind.get());
    } catch (IOException | RuntimeException broken) { // decoders throw what they like at bad bytes
      return new Unusable(
          "data: does not decode as %s: %s".formatted(mediaType, broken.getMessage()));
    }
  }

  private Finding decode(byte[] bytes, Kind kind) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(kind.format);
    if (!readers.hasNext()) {
      throw new IllegalStateException("class path: no decoder of " + kind.mediaType);
    }
    ImageReader reader = readers.next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width < 1 || height < 1 || (long) width * height > config.maxPixels()) {
        return new Unusable(
            "data: %d x %d pixels (expected: at most %d in all)"
                .formatted(width, height, config.maxPixels()));
      }
      if (Math.min(width, height) < config.minSide()) {
        return new Unusable(
            "data: %d x %d pixels (expected: at least %d on each side)"
                .formatted(width, height, config.minSide()));
      }
      Deadline deadline = new Deadline(reader, config.decodeTimeout().toNanos());
      reader.addIIOReadProgressListener(deadline);
      List<String> warnings = new ArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      BufferedImage seen = reader.read(0, sampled(reader, width, height));
      if (deadline.passed) {
        return new Unusable("data: decoding takes too long (expected: a plainer picture)");
      }
      if (isTransparent(seen)) {
        return new Unusable(
            "data: transparent everywhere (expected: an object that covers some pixels)");
      }
      return warnings.stream()
          .filter(PictureInspector::tellsOfDamage)
          .findFirst()
          .<Finding>map(
              warning ->
                  new Unusable(
                      "data: %s (expected: a whole picture; fix: send the file again)"
                          .formatted(warning)))
          .orElseGet(() -> new Picture(kind.mediaType, width, height));
    } finally {
      reader.dispose();
    }
  }

  /** The JPEG decoder fills what is missing with grey and only warns. */
  private static boolean tellsOfDamage(String warning) {
    return warning.startsWith("Premature end") || warning.startsWith("Corrupt JPEG data");
  }

  private static ImageReadParam sampled(ImageReader reader, int width, int height) {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(new Rectangle(width, height));
    int step = Math.clamp(Math.min(width, height) / SAMPLED_PX, 1, SUBSAMPLING);
    param.setSourceSubsampling(step, step, 0, 0);
    return param;
  }

  private static boolean isTransparent(BufferedImage picture) {
    if (!picture.getColorModel().hasAlpha()) {
      return false;
    }
    int width = picture.getWidth();
    int[] row = new int[width];
    for (int y = 0; y < picture.getHeight(); y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      if (Arrays.stream(row).anyMatch(argb -> argb >>> 24 != 0)) {
        return false;
      }
    }
    return true;
  }

  private enum Kind {
    PNG("png", "image/png"),
    JPEG("jpeg", "image/jpeg"),
    WEBP("webp", "image/webp");

    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] JPEG_MAGIC = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] RIFF_MAGIC = "RIFF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WEBP_MAGIC = "WEBP".getBytes(StandardCharsets.US_ASCII);

    private final String format;
    private final String mediaType;

    Kind(String format, String mediaType) {
      this.format = format;
      this.mediaType = mediaType;
    }

    static Optional<Kind> of(byte[] bytes) {
      if (has(bytes, 0, PNG_MAGIC)) {
        return Optional.of(PNG);
      }
      if (has(bytes, 0, JPEG_MAGIC)) {
        return Optional.of(JPEG);
      }
      return has(bytes, 0, RIFF_MAGIC) && has(bytes, 8, WEBP_MAGIC)
          ? Optional.of(WEBP)
          : Optional.empty();
    }

    private static boolean has(byte[] bytes, int offset, byte[] magic) {
      int end = offset + magic.length;
      return bytes.length >= end && Arrays.equals(bytes, offset, end, magic, 0, magic.length);
    }
  }

  /** Aborts a decoder that is still at work after its time. */
  private static final class Deadline implements IIOReadProgressListener {
    private final ImageReader reader;
    private final long allowedNanos;
    private final long begun = System.nanoTime();
    private boolean passed;

    Deadline(ImageReader reader, long allowedNanos) {
      this.reader = reader;
      this.allowedNanos = allowedNanos;
    }

    @Override
    public void imageProgress(ImageReader source, float percentageDone) {
      if (System.nanoTime() - begun > allowedNanos) {
        passed = true;
        reader.abort();
      }
    }

    @Override
    public void sequenceStarted(ImageReader source, int minIndex) {}

    @Override
    public void sequenceComplete(ImageReader source) {}

    @Override
    public void imageStarted(ImageReader source, int imageIndex) {}

    @Override
    public void imageComplete(ImageReader source) {}

    @Override
    public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

    @Override
    public void thumbnailProgress(ImageReader source, float percentageDone) {}

    @Override
    public void thumbnailComplete(ImageReader source) {}

    @Override
    public void readAborted(ImageReader source) {}
  }
}
