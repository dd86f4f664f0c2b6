package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.OpenOutcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;

/** What owners remember by and read from; no call blocks. */
public interface OwnerStore {
  /** Takes a partition over and replays what it remembers. */
  CompletionStage<OpenOutcome> open(int partition);

  /**
   * Feeds the partition's intake to its owner, batch by batch, each after the one before it was
   * answered.
   */
  Intake consume(
      int partition, long fromOffset, Function<List<Positioned>, CompletionStage<Done>> owner);

  /** The bytes of a blob. */
  CompletionStage<byte[]> read(BlobRef blob);

  /** Deletes checkpoints that no state refers to; best effort, a sweep finds what is left. */
  void drop(JobId job, List<CheckpointManifest> checkpoints);

  /** The checkpoints that have chunks in a partition, whether a state refers to them or not. */
  CompletionStage<Set<StoredCheckpoint>> stored(int partition);

  /** Deletes stored checkpoints that no state can refer to; best effort, a later sweep goes on. */
  void sweep(int partition, List<CheckpointKey> garbage);

  /** Publishes an event that may be lost. */
  void publish(EventRecord event);

  /** A record of the intake topic, and the offset after it. */
  record Positioned(IntakeRecord record, long nextOffset) {}

  /** A running feed. */
  interface Intake {
    void stop();

    /** Completes when the feed has ended for whatever reason. */
    CompletionStage<Done> ended();
  }
}
