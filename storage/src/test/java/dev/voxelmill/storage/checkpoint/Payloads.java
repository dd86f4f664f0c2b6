package dev.voxelmill.storage.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Payloads like those of tasks. */
final class Payloads {
  private static final long SEED = 7;

  private Payloads() {}

  /** Bytes without any pattern, like latents. */
  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  /** A slow wave in float32, little endian, like a distilled field. */
  static byte[] smooth(int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int word = 0; word < length / Float.BYTES; word++) {
      bytes.putFloat((float) Math.sin(word * 1e-4));
    }
    return bytes.array();
  }
}
