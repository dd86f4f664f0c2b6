package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Content-addressed bytes in the {@code blobs} topic.
 *
 * @param sha256 lower-case hexadecimal SHA-256 of the bytes, 64 digits
 * @param size number of bytes
 * @param partition partition of {@code blobs} that holds the chunks
 * @param chunks where the chunks lie, in the order of the bytes
 */
public record BlobRef(String sha256, long size, int partition, List<ChunkRef> chunks) {
  public BlobRef {
    if (!requireNonNull(sha256, "sha256").matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256: '" + sha256 + "' (expected: 64 lower-case hexadecimal digits)");
    }
    chunks = List.copyOf(chunks);
  }
}
