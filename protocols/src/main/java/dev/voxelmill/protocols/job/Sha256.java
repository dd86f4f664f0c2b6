package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The hash by which files, blobs, models and request bodies are named, written as 64 lower-case
 * hexadecimal digits. As a value it takes less than half the heap of its text.
 *
 * @param word0 the first 8 bytes, big-endian; the other words follow
 */
public record Sha256(long word0, long word1, long word2, long word3) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{64}");
  private static final int DIGITS = 16;

  /** The hash of the bytes. */
  public static Sha256 of(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(digest().digest(bytes));
    return new Sha256(words.getLong(), words.getLong(), words.getLong(), words.getLong());
  }

  /** Reads 64 lower-case hexadecimal digits. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Sha256 parse(String text) {
    if (!TEXT.matcher(requireNonNull(text, "sha256")).matches()) {
      throw new IllegalArgumentException(
          "sha256: '" + text + "' (expected: 64 lower-case hexadecimal digits)");
    }
    return new Sha256(word(text, 0), word(text, 1), word(text, 2), word(text, 3));
  }

  private static long word(String text, int index) {
    return HexFormat.fromHexDigitsToLong(text, DIGITS * index, DIGITS * (index + 1));
  }

  /** 64 lower-case hexadecimal digits. */
  public static String hex(byte[] bytes) {
    return of(bytes).toString();
  }

  /** A hash to be fed piece by piece. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }

  @Override
  @JsonValue
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(word0)
        + hex.toHexDigits(word1)
        + hex.toHexDigits(word2)
        + hex.toHexDigits(word3);
  }
}
