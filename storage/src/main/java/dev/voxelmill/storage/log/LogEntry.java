package dev.voxelmill.storage.log;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;

/** One thing to remember or to publish; what a {@link LogBatch} consists of. */
public sealed interface LogEntry {
  /** The job's state from now on. */
  record Remember(JobState state) implements LogEntry {
    public Remember {
      requireNonNull(state, "state");
    }
  }

  /** The job is forgotten: its key gets a tombstone. */
  record Forget(JobId job) implements LogEntry {
    public Forget {
      requireNonNull(job, "job");
    }
  }

  /**
   * A chunk of a checkpoint that nobody refers to is deleted: its key in {@code checkpoints} gets a
   * tombstone, of nobody but the partition's owner of that moment.
   *
   * @param key of the chunk's record
   */
  record Erase(String key) implements LogEntry {
    public Erase {
      requireNonNull(key, "key");
    }
  }

  /** An event for whoever watches. */
  record Publish(EventRecord event) implements LogEntry {
    public Publish {
      requireNonNull(event, "event");
    }
  }

  /** A finished asset for whoever consumes it. */
  record PublishAsset(AssetRecord asset) implements LogEntry {
    public PublishAsset {
      requireNonNull(asset, "asset");
    }
  }

  /**
   * A record that could not be accepted.
   *
   * @param source where it was: {@code topic/partition/offset}
   * @param code stable code of the reason, such as {@code unknown-job}
   * @param reason in words that say what to mend
   * @param original the bytes as they came
   */
  @SuppressWarnings("ArrayRecordComponent") // handed through as it is, never compared
  record Bury(String source, String code, String reason, byte[] original) implements LogEntry {
    public Bury {
      requireNonNull(source, "source");
      requireNonNull(code, "code");
      requireNonNull(reason, "reason");
      requireNonNull(original, "original");
    }
  }
}
