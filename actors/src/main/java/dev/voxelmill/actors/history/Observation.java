package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.Topic;
import java.util.Map;

/**
 * One committed record, as read. Records of one partition come in the order of its log; between
 * topics any order is possible, so that a consequence may be seen before its cause.
 */
public sealed interface Observation {
  /**
   * A client wrote a request or a command.
   *
   * @param source its position, {@code topic/partition/offset}
   */
  record Sent(String source) implements Observation {}

  /** It was validated and lies at the home of its job. */
  record Forwarded(IntakeRecord record) implements Observation {}

  /** It became a dead letter; {@code source} is where the client's record is. */
  record Buried(String source) implements Observation {}

  /** A job was stored. */
  record Stored(JobState state) implements Observation {}

  /** Something was told about a job. */
  record Published(EventRecord event) implements Observation {}

  /**
   * An asset was delivered.
   *
   * @param real what lies in {@code blobs} where the manifest says, by the SHA-256 that the
   *     manifest claims; absent when it cannot be read
   */
  record Delivered(AssetRecord asset, Map<String, Content> real) implements Observation {
    public Delivered {
      real = Map.copyOf(real);
    }
  }

  /**
   * A chunk of a checkpoint was written or deleted.
   *
   * @param chunk its key below that of the job
   */
  record Chunk(JobId job, String chunk, boolean alive) implements Observation {}

  /**
   * Records that nobody can read any more, or not as what they were written as.
   *
   * @param where partition and offsets
   */
  record Unreadable(Topic topic, String where) implements Observation {}

  /** What some bytes really are. */
  record Content(String sha256, long size) {}
}
