package dev.voxelmill.gpu.random;

import dev.voxelmill.protocols.job.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A named use of randomness, such as {@code sjc/poses}. Draws of different streams are independent,
 * so a new use of noise never shifts the numbers of an old one.
 *
 * @param name what the numbers are for
 * @param word the first 64 bits of the name's SHA-256, the stream's half of every counter
 */
public record NoiseStream(String name, long word) {
  public NoiseStream {
    if (word != hash(name)) {
      throw new IllegalArgumentException(
          "word: " + word + " (expected: the hash of the name; fix: NoiseStream.named)");
    }
  }

  /** The stream of that name, the same in every process. */
  public static NoiseStream named(String name) {
    return new NoiseStream(name, hash(name));
  }

  private static long hash(String name) {
    byte[] digest = Sha256.digest().digest(name.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }
}
