package dev.voxelmill.gpu.models;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Height and width of the pictures that a model makes, in pixels. */
public record PictureSize(int height, int width) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,4})(?:x([1-9][0-9]{0,4}))?");

  /** Reads {@code 512}, of a square, or {@code 960x640}, the height first. */
  public static PictureSize parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "size: '" + text + "' (expected: pixels as in 512, or height and width as in 960x640)");
    }
    int height = Integer.parseInt(parts.group(1));
    return new PictureSize(
        height, parts.group(2) == null ? height : Integer.parseInt(parts.group(2)));
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
