package dev.voxelmill.gpu.raster;

import java.util.Locale;

/**
 * Letters of 5 by 7 pixels, drawn for this project: a font of the machine would make the bytes of a
 * picture depend on where it was drawn.
 */
final class BitmapFont {
  static final int HEIGHT_PX = 7;
  private static final int WIDTH_PX = 5;
  private static final int ADVANCE_PX = 6;

  private static final String LETTERS = " %()+,-./0123456789:=?abcdefghijklmnopqrstuvwxyz";

  /** 35 bits per letter: 7 rows from the top, in each the left pixel first. */
  private static final long[] GLYPHS = {
    0x000000000L, 0x672222273L, 0x088842082L, 0x208210888L, 0x0084F9080L, 0x000003088L,
    0x0000F8000L, 0x00000018CL, 0x044222110L, 0x3A33AE62EL, 0x11842108EL, 0x3A213221FL,
    0x3A213062EL, 0x08CA97C42L, 0x7E1E0862EL, 0x1910F462EL, 0x7C2221108L, 0x3A317462EL,
    0x3A317844CL, 0x018C03180L, 0x001F07C00L, 0x3A2131004L, 0x000E0BE2FL, 0x421E8C63EL,
    0x000E8C22EL, 0x042F8C62FL, 0x000E8FE0EL, 0x1928E2108L, 0x01F18BC2EL, 0x4216CC631L,
    0x100C2108EL, 0x080610A4CL, 0x4212A6292L, 0x30842108EL, 0x001AAD6B5L, 0x0016CC631L,
    0x000E8C62EL, 0x001E8FA10L, 0x000F8BC21L, 0x0016CC210L, 0x000F8383EL, 0x211C42126L,
    0x00118C66DL, 0x00118C544L, 0x00118D6AAL, 0x001151151L, 0x00118BC2EL, 0x001F1111FL
  };

  private BitmapFont() {}

  /** Writes a line in black, as far as it fits; letters that do not exist become question marks. */
  static void write(Picture picture, String text, int left, int top, int widthPx) {
    int fitting = Math.min(text.length(), (widthPx + ADVANCE_PX - WIDTH_PX) / ADVANCE_PX);
    String known = text.toLowerCase(Locale.ROOT);
    for (int i = 0; i < fitting; i++) {
      int letter = LETTERS.indexOf(known.charAt(i));
      long glyph = GLYPHS[letter < 0 ? LETTERS.indexOf('?') : letter];
      for (int bit = 0; bit < WIDTH_PX * HEIGHT_PX; bit++) {
        if ((glyph >> (WIDTH_PX * HEIGHT_PX - 1 - bit) & 1) != 0) {
          int x = left + i * ADVANCE_PX + bit % WIDTH_PX;
          int pixel = (top + bit / WIDTH_PX) * picture.width() + x;
          for (int channel = 0; channel < 3; channel++) {
            picture.rgb()[3 * pixel + channel] = 0;
          }
        }
      }
    }
  }
}
