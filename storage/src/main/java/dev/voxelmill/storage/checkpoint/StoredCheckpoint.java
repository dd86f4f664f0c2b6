package dev.voxelmill.storage.checkpoint;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A checkpoint that has chunks in a home partition, whether a manifest names it or not.
 *
 * @param chunks one more than the number of its last chunk that lives
 * @param writtenAt when its newest chunk was written, by its writer's clock
 */
public record StoredCheckpoint(CheckpointKey key, int chunks, Instant writtenAt) {
  public StoredCheckpoint {
    requireNonNull(key, "key");
    requireNonNull(writtenAt, "writtenAt");
    if (chunks < 1) {
      throw new IllegalArgumentException(key + ": chunks: " + chunks + " (expected: >= 1)");
    }
  }

  /** The records' keys, {@code tenant/id/task/attempt/number/chunk}. */
  public List<String> recordKeys() {
    return IntStream.range(0, chunks).mapToObj(chunk -> key + "/" + chunk).toList();
  }
}
