package dev.voxelmill.protocols.geometry;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written {@code 512B}, {@code 64KiB}, {@code 8MiB} or {@code 2GiB}. */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern TEXT = Pattern.compile("(\\d+)\\s*(B|KiB|MiB|GiB)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 0)");
    }
  }

  /** Reads the written form; the exception names the text and the forms that are accepted. */
  public static ByteSize parse(String text) {
    Matcher match = TEXT.matcher(requireNonNull(text, "text").strip());
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "size: '" + text + "' (expected: a whole number and B, KiB, MiB or GiB, as in 8MiB)");
    }
    int shift =
        switch (match.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    return new ByteSize(Math.multiplyExact(Long.parseLong(match.group(1)), 1L << shift));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, "%.1f", value).replace(".0", "") + units[unit];
  }
}
