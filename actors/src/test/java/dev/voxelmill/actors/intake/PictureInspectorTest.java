package dev.voxelmill.actors.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.intake.PictureInspector.Finding;
import dev.voxelmill.actors.intake.PictureInspector.Picture;
import dev.voxelmill.actors.intake.PictureInspector.Unusable;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PictureInspectorTest {
  /** A lossless WebP of 40 by 30 pixels of one colour. */
  private static final byte[] WEBP =
      Base64.getDecoder().decode("UklGRiAAAABXRUJQVlA4TBQAAAAvJ0AHAChyySrT/wAAAAAAAAAAAA==");

  private final PictureInspector inspector = new PictureInspector(config(Duration.ofSeconds(5)));

  @Test
  void picturesOfAllThreeKindsAreRecognisedByTheirBytes() throws IOException {
    assertEquals(new Picture("image/png", 40, 30), inspect(picture("png", 40, 30)));
    assertEquals(new Picture("image/jpeg", 40, 30), inspect(picture("jpeg", 40, 30)));
    assertEquals(new Picture("image/webp", 40, 30), inspect(WEBP));
  }

  @Test
  void aWrongMediaTypeIsNamedWithTheRightOne() throws IOException {
    var finding = inspector.inspect("image", picture("png", 4, 4), Optional.of("image/jpeg"));

    assertEquals(
        new Unusable("image.mediaType: image/jpeg (expected: image/png, as the bytes say)"),
        finding);
  }

  @Test
  void whatIsNoPictureIsNoPicture() {
    assertUnusable("not a picture", inspect("<svg onload=alert(1)>".getBytes(US_ASCII)));
    assertUnusable("not a picture", inspect("GIF89a then what".getBytes(US_ASCII)));
    assertUnusable("0 bytes", inspect(new byte[0]));
  }

  @Test
  void tooManyBytesAreRefusedUnread() {
    assertUnusable("8388609 bytes", inspect(new byte[(8 << 20) + 1]));
  }

  @Test
  void aBombIsRefusedByItsHeaderInLittleMemory() {
    byte[] bomb = pngOfZeros(60_000, 60_000, 1 << 20);

    Finding finding = inspect(bomb);

    // Decoded it would be 14 GB, which this JVM does not have.
    assertUnusable("60000 x 60000 pixels", finding);
  }

  @Test
  void aPictureOfOnePixelShowsNothing() throws IOException {
    assertUnusable(
        "1 x 1 pixels (expected: at least 8 on each side)", inspect(picture("png", 1, 1)));
    assertUnusable("400 x 7 pixels", inspect(picture("png", 400, 7)));
  }

  @Test
  void aPictureThatIsTransparentEverywhereShowsNothing() throws IOException {
    var image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_ARGB);
    assertUnusable("transparent everywhere", inspect(encoded(image, "png")));

    for (int y = 50; y < 70; y++) {
      for (int x = 50; x < 70; x++) {
        image.setRGB(x, y, 0x01ff0000);
      }
    }

    assertEquals(new Picture("image/png", 300, 200), inspect(encoded(image, "png")));
  }

  @Test
  void aHeaderThatPromisesMoreThanThereIsDoesNotDecode() throws IOException {
    byte[] whole = picture("png", 400, 300);

    assertUnusable("does not decode", inspect(Arrays.copyOf(whole, whole.length / 2)));
    assertUnusable("does not decode", inspect(Arrays.copyOf(whole, 12)));
  }

  @Test
  void aJpegWithoutItsLastRowsIsRefusedAlthoughItsDecoderShowsIt() throws IOException {
    byte[] whole = picture("jpeg", 400, 300);

    assertUnusable("whole picture", inspect(Arrays.copyOf(whole, whole.length * 3 / 4)));
  }

  @Test
  void decodingEndsAtItsDeadline() throws IOException {
    var hurried = new PictureInspector(config(Duration.ofNanos(1)));

    assertUnusable(
        "takes too long", hurried.inspect("image", picture("png", 400, 300), Optional.empty()));
  }

  @Property(tries = 200)
  void aDamagedPictureIsAFindingAndNeverAnException(
      @ForAll @IntRange(max = 10_000) int position, @ForAll byte damage) throws IOException {
    for (String format : new String[] {"png", "jpeg"}) {
      byte[] bytes = picture(format, 16, 16);
      bytes[position % bytes.length] ^= damage;
      assertInstanceOf(Finding.class, inspect(bytes));
    }
    byte[] webp = WEBP.clone();
    webp[position % webp.length] ^= damage;
    assertInstanceOf(Finding.class, inspect(webp));
  }

  private Finding inspect(byte[] bytes) {
    return inspector.inspect("image", bytes, Optional.empty());
  }

  private static void assertUnusable(String part, Finding finding) {
    var unusable = assertInstanceOf(Unusable.class, finding);
    assertTrue(unusable.reason().contains(part), unusable.reason());
  }

  private static IntakeConfig config(Duration timeout) {
    Duration second = Duration.ofSeconds(1);
    return new IntakeConfig(
        ByteSize.parse("8MiB"),
        16_000_000,
        8,
        2,
        timeout,
        4,
        100,
        second,
        second,
        second,
        second,
        second);
  }

  private static byte[] picture(String format, int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, x * 7919 + y * 104_729);
      }
    }
    return encoded(image, format);
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  /** A grey PNG of the given dimensions whose data are a run of zeros. */
  private static byte[] pngOfZeros(int width, int height, int zeros) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 0, 0, 0, 0})
            .array();
    out.writeBytes(chunk("IHDR", header));
    out.writeBytes(chunk("IDAT", deflated(zeros)));
    out.writeBytes(chunk("IEND", new byte[0]));
    return out.toByteArray();
  }

  private static byte[] chunk(String type, byte[] content) {
    byte[] typed =
        ByteBuffer.allocate(4 + content.length).put(type.getBytes(US_ASCII)).put(content).array();
    CRC32 crc = new CRC32();
    crc.update(typed);
    return ByteBuffer.allocate(8 + typed.length)
        .putInt(content.length)
        .put(typed)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] deflated(int zeros) {
    Deflater deflater = new Deflater();
    deflater.setInput(new byte[zeros]);
    deflater.finish();
    byte[] buffer = new byte[zeros / 100 + 1024];
    int length = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, length);
  }
}
