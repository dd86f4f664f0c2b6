package dev.voxelmill.storage.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobId;

/**
 * Names one checkpoint for ever: no two writers ever share a key, since an attempt has one worker
 * and numbers its checkpoints.
 *
 * @param attempt from 1
 * @param number within the attempt, from 1
 */
public record CheckpointKey(JobId job, String task, int attempt, int number) {
  public CheckpointKey {
    requireNonNull(job, "job");
    requireNonNull(task, "task");
    if (attempt < 1 || number < 1) {
      throw new IllegalArgumentException(
          "checkpoint: attempt " + attempt + ", number " + number + " (expected: both >= 1)");
    }
  }

  /** Reads the written form. */
  public static CheckpointKey parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException(
          "checkpoint: '" + text + "' (expected: tenant/id/task/attempt/number)");
    }
    return new CheckpointKey(
        new JobId(parts[0], parts[1]),
        parts[2],
        Integer.parseInt(parts[3]),
        Integer.parseInt(parts[4]));
  }

  /** Reads the key of a chunk's record, the written form and {@code /chunk}. */
  public static CheckpointKey ofChunk(String record) {
    return parse(record.substring(0, record.lastIndexOf('/')));
  }

  /** The written form, {@code tenant/id/task/attempt/number}. */
  @Override
  public String toString() {
    return job.key() + "/" + task + "/" + attempt + "/" + number;
  }
}
