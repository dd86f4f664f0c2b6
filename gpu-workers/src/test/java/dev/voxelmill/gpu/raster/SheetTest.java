package dev.voxelmill.gpu.raster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SheetTest {

  @Test
  void aPictureSurvivesItsFile() throws Exception {
    float[] values = new float[3 * 256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 256) / 255f;
    }
    Picture picture = new Picture(16, 16, values);

    BufferedImage read = ImageIO.read(new ByteArrayInputStream(Png.encode(picture)));

    assertEquals(16, read.getWidth());
    for (int i = 0; i < 256; i++) {
      int rgb = read.getRGB(i % 16, i / 16) & 0xFFFFFF;
      int red = Math.round(255 * values[3 * i]);
      int green = Math.round(255 * values[3 * i + 1]);
      int blue = Math.round(255 * values[3 * i + 2]);
      assertEquals(red << 16 | green << 8 | blue, rgb);
    }
  }

  @Test
  void aFileHoldsNoTime() {
    byte[] file = Png.encode(Picture.white(3, 2));

    assertFalse(new String(file, StandardCharsets.ISO_8859_1).contains("tIME"));
    assertArrayEquals(file, Png.encode(Picture.white(3, 2)));
  }

  @Test
  void panelsStandInOrderWithTheirCaptions() {
    Picture black = new Picture(20, 20, new float[3 * 400]);
    ContactSheet.Panel captioned = new ContactSheet.Panel("1", black);
    ContactSheet.Panel blank = new ContactSheet.Panel("", black);

    Picture sheet = ContactSheet.of(List.of(captioned, blank, blank), 2);

    assertEquals(6 + 2 * 26, sheet.width());
    assertEquals(6 + 2 * 39, sheet.height());
    assertEquals(0, sheet.rgb()[3 * (6 * sheet.width() + 6)]);
    assertEquals(1, sheet.rgb()[3 * (6 * sheet.width() + 5)]);
    assertEquals(10, blackPixels(sheet, 6, 32, 5, 7), "the figure 1");
    assertEquals(0, blackPixels(sheet, 32, 32, 20, 7), "the empty caption");
    assertEquals(400, blackPixels(sheet, 6, 45, 20, 20), "the second row");
    assertEquals(0, blackPixels(sheet, 32, 45, 20, 20), "the cell that stays free");
  }

  @Test
  void aLongCaptionEndsWithItsCell() {
    Picture white = Picture.white(20, 20);

    Picture sheet = ContactSheet.of(List.of(new ContactSheet.Panel("mmmmmmmmmm", white)), 1);

    assertEquals(6 + 26, sheet.width());
    assertTrue(blackPixels(sheet, 6, 32, 20, 7) > 0);
    assertEquals(0, blackPixels(sheet, 26, 32, 6, 7));
  }

  @Test
  void theTurntableBeginsWithTheInputView() {
    OrbitCamera camera = OrbitCamera.ofDegrees(0, 20, 1.7, 49.1);

    Picture sheet = Turntable.of(Boxes.axes(), camera, 48);

    Rasteriser.Options options = new Rasteriser.Options(48, 48, 3, Rasteriser.Shading.HEADLIGHT);
    Picture first = Rasteriser.render(Boxes.axes(), camera, options).picture();
    for (int row = 0; row < 48; row++) {
      int from = 3 * ((6 + row) * sheet.width() + 6);
      assertArrayEquals(
          Arrays.copyOfRange(first.rgb(), 3 * 48 * row, 3 * 48 * (row + 1)),
          Arrays.copyOfRange(sheet.rgb(), from, from + 3 * 48));
    }
    assertEquals(6 + 4 * 54, sheet.width());
    assertEquals(6 + 2 * 67, sheet.height());
  }

  private static int blackPixels(Picture picture, int left, int top, int width, int height) {
    int black = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        black += picture.rgb()[3 * (y * picture.width() + x)] == 0 ? 1 : 0;
      }
    }
    return black;
  }
}
