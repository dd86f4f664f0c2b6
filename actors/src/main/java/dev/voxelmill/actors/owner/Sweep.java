package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.References;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Which of a partition's stored checkpoints nobody refers to.
 *
 * <p>What a known job does not name, and never will, may be deleted by anybody: its key is never
 * used again. A job that is not known was forgotten, and its request may come once more; the
 * checkpoints of that new job have the same keys. So what an unknown job has left is deleted in the
 * owner's own transaction: a former owner, to whom its successor's jobs are unknown, cannot commit
 * it, and a job that this owner admits later writes behind it.
 */
final class Sweep {
  /** Tombstones of one transaction; the next search finds the rest. */
  static final int MOST_ERASED = 1000;

  private final Collection<StoredCheckpoint> stored;
  private final Map<JobId, JobState> jobs;

  /**
   * A search's result.
   *
   * @param jobs what the owner knows, in memory ahead of what is durable; read only
   */
  Sweep(Collection<StoredCheckpoint> stored, Map<JobId, JobState> jobs) {
    this.stored = stored;
    this.jobs = jobs;
  }

  /** Checkpoints of known jobs that no state of theirs can refer to. */
  List<CheckpointKey> unnamed() {
    return stored.stream()
        .map(StoredCheckpoint::key)
        .filter(key -> jobs.containsKey(key.job()))
        .filter(
            key ->
                !References.possible(jobs.get(key.job()), key.task(), key.attempt(), key.number()))
        .toList();
  }

  /** Deletes checkpoints of jobs that are not known, whole ones and the oldest first. */
  List<LogEntry> orphans(Instant writtenBefore) {
    List<LogEntry> entries = new ArrayList<>();
    stored.stream()
        .filter(checkpoint -> !jobs.containsKey(checkpoint.key().job()))
        .filter(checkpoint -> checkpoint.writtenAt().isBefore(writtenBefore))
        .sorted((one, other) -> one.writtenAt().compareTo(other.writtenAt()))
        .takeWhile(
            checkpoint -> entries.isEmpty() || entries.size() + checkpoint.chunks() <= MOST_ERASED)
        .forEachOrdered(
            checkpoint ->
                checkpoint.recordKeys().forEach(key -> entries.add(new LogEntry.Erase(key))));
    return entries;
  }
}
