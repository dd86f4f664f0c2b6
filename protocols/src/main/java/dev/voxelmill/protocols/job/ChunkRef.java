package dev.voxelmill.protocols.job;

/**
 * Where one chunk of a payload lies in its partition, and how to know that it is whole.
 *
 * @param offset Kafka offset of the record; it survives compaction
 * @param length bytes of the record's value as stored
 * @param crc32c CRC-32C of the record's value, as an unsigned 32-bit number
 */
public record ChunkRef(long offset, int length, long crc32c) {
  public ChunkRef {
    if (offset < 0 || length < 0 || crc32c < 0 || crc32c > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "chunk: offset "
              + offset
              + ", length "
              + length
              + ", crc32c "
              + crc32c
              + " (expected: none negative, crc32c below 2^32)");
    }
  }
}
