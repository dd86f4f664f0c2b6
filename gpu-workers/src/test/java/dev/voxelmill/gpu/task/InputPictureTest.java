package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputPictureTest {
  private static final double FOV_RAD = 0.8;

  @Test
  void aSquarePictureOfThePriorsCameraIsTakenPixelByPixel() {
    BufferedImage image = image(4, 4, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(1, 2, 0xFF336699);

    float[] seen = InputPicture.of(image).seenBy(FOV_RAD, FOV_RAD, 4);

    assertArrayEquals(
        new float[] {2 * 0.2f - 1, 2 * 0.4f - 1, 2 * 0.6f - 1, 1}, pixel(seen, 4, 1, 2), 1e-6f);
    assertArrayEquals(new float[] {1, 1, 1, -1}, pixel(seen, 4, 0, 0), 1e-6f);
  }

  @Test
  void aPictureIsReadWhereNoFileCanBeWritten(@TempDir Path directory) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image(4, 4, BufferedImage.TYPE_INT_ARGB), "png", png);
    Path gone = Files.createDirectory(directory.resolve("gone"));
    ImageIO.setCacheDirectory(gone.toFile());
    Files.delete(gone);
    try {
      assertTrue(InputPicture.read(png.toByteArray()).isPresent());
    } finally {
      ImageIO.setCacheDirectory(null);
    }
  }

  @Test
  void beyondAWidePictureLiesWhitePaper() {
    BufferedImage image = image(4, 2, BufferedImage.TYPE_INT_ARGB);
    for (int x = 0; x < 4; x++) {
      image.setRGB(x, 0, 0xFF000000);
      image.setRGB(x, 1, 0xFF000000);
    }

    float[] seen = InputPicture.of(image).seenBy(FOV_RAD, FOV_RAD, 4);

    assertArrayEquals(new float[] {1, 1, 1, -1}, pixel(seen, 4, 2, 0), 1e-6f);
    assertArrayEquals(new float[] {-1, -1, -1, 1}, pixel(seen, 4, 2, 1), 1e-6f);
  }

  @Test
  void whatReachesTheBorderThroughPaperIsBackground() {
    BufferedImage image = image(5, 5, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 25; i++) {
      boolean ring = Math.max(Math.abs(i % 5 - 2), Math.abs(i / 5 - 2)) == 1;
      image.setRGB(i % 5, i / 5, ring ? 0x203040 : 0xFFFFFF);
    }

    float[] seen = InputPicture.of(image).seenBy(FOV_RAD, FOV_RAD, 5);

    assertEquals(-1, pixel(seen, 5, 0, 0)[3], 1e-6f);
    assertEquals(1, pixel(seen, 5, 1, 1)[3], 1e-6f);
    assertEquals(1, pixel(seen, 5, 2, 2)[3], 1e-6f);
  }

  @Test
  void whatIsNoPictureIsNotDecoded() {
    assertTrue(InputPicture.decode("no picture".getBytes(StandardCharsets.UTF_8)).isEmpty());
  }

  @Test
  void aSquareCutToTheObjectShowsItCentredOnTwoHundredOfTwoHundredFiftySixParts() {
    BufferedImage image = image(40, 60, BufferedImage.TYPE_INT_ARGB);
    for (int y = 30; y < 50; y++) {
      for (int x = 5; x < 15; x++) {
        image.setRGB(x, y, 0xFF000000);
      }
    }

    float[] cut = InputPicture.of(image).cutToObject(256);

    assertEquals(1, pixel(cut, 256, 128, 29)[3], 1e-5f);
    assertEquals(-1, pixel(cut, 256, 128, 27)[3], 1e-5f);
    assertEquals(1, pixel(cut, 256, 79, 128)[3], 1e-5f);
    assertEquals(-1, pixel(cut, 256, 77, 128)[3], 1e-5f);
  }

  @Test
  void aPictureOfOnePixelOrOfNothingIsRefusedByName() {
    JobFailure onePixel = refused(image(1, 1, BufferedImage.TYPE_INT_RGB));
    JobFailure nothing = refused(image(16, 16, BufferedImage.TYPE_INT_ARGB));

    assertEquals(JobFailure.Code.INVALID_REQUEST, onePixel.code());
    assertTrue(onePixel.message().startsWith("image: 1 x 1 pixels (expected: at least 8"));
    assertEquals(JobFailure.Code.INVALID_REQUEST, nothing.code());
    assertTrue(nothing.message().startsWith("image: nothing in it (expected: an object"));
  }

  private static JobFailure refused(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TaskInput input =
        new TaskInput(
            new TaskSpec("encode", TaskKind.ENCODE, List.of()),
            TinyJob.request(Map.of()),
            png.toByteArray(),
            Map.of());
    return assertThrows(UnopenableTaskException.class, () -> InputPicture.of(input)).failure();
  }

  private static BufferedImage image(int width, int height, int type) {
    return new BufferedImage(width, height, type);
  }

  private static float[] pixel(float[] planes, int n, int x, int y) {
    float[] values = new float[4];
    for (int channel = 0; channel < 4; channel++) {
      values[channel] = planes[(channel * n + y) * n + x];
    }
    return values;
  }
}
