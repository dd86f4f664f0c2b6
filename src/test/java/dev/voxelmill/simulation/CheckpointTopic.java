package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Chunks of checkpoints, one each: written outside transactions, deleted by tombstone. */
final class CheckpointTopic {
  private final Map<CheckpointKey, Chunk> chunks = new LinkedHashMap<>();
  private final History history;
  private final Sabotage sabotage;

  private record Chunk(Reading content, Instant writtenAt) {}

  /** What there is of a checkpoint. */
  sealed interface Reading {}

  /** Its chunks are whole. */
  record Stored(long state) implements Reading {}

  /** A chunk's checksum is wrong. */
  record Damaged() implements Reading {}

  /** It was never written, or was deleted. */
  record Missing() implements Reading {}

  CheckpointTopic(History history, Sabotage sabotage) {
    this.history = history;
    this.sabotage = sabotage;
  }

  private static CheckpointKey key(JobId job, CheckpointManifest manifest) {
    return new CheckpointKey(job, manifest.task(), manifest.attempt(), manifest.number());
  }

  void write(JobId job, CheckpointManifest manifest, long state, Instant at) {
    chunks.put(key(job, manifest), new Chunk(new Stored(state), at));
  }

  /** What somebody left there whom nobody knows any more. */
  void strand(CheckpointKey key, Instant at) {
    chunks.put(key, new Chunk(new Damaged(), at));
  }

  Reading read(JobId job, CheckpointManifest manifest) {
    Chunk chunk = chunks.get(key(job, manifest));
    return chunk == null ? new Missing() : chunk.content();
  }

  /** Turns some bits of a checkpoint over. */
  void damageOne(SplittableRandom random) {
    if (!chunks.isEmpty()) {
      CheckpointKey key = List.copyOf(chunks.keySet()).get(random.nextInt(chunks.size()));
      chunks.computeIfPresent(key, (same, chunk) -> new Chunk(new Damaged(), chunk.writtenAt()));
    }
  }

  /** The checkpoints of these jobs that have chunks. */
  Set<StoredCheckpoint> stored(Predicate<JobId> jobs) {
    return chunks.entrySet().stream()
        .filter(entry -> jobs.test(entry.getKey().job()))
        .map(entry -> new StoredCheckpoint(entry.getKey(), 1, entry.getValue().writtenAt()))
        .collect(Collectors.toSet());
  }

  void drop(JobId job, List<CheckpointManifest> checkpoints) {
    for (CheckpointManifest manifest : checkpoints) {
      delete(List.of(key(job, manifest)));
      if (sabotage == Sabotage.NEEDED_CHECKPOINTS_DROPPED) {
        chunks
            .keySet()
            .removeIf(key -> key.job().equals(job) && key.task().equals(manifest.task()));
      }
    }
  }

  /** Writes tombstones over checkpoints. */
  void delete(Collection<CheckpointKey> keys) {
    for (CheckpointKey key : keys) {
      history.deleted(key);
      chunks.remove(key);
    }
  }
}
