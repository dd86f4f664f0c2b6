package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.Installation;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The owners' memory in Kafka: their logs, their intake, and the blobs and checkpoints beside. */
public final class KafkaOwnerStore implements OwnerStore {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaOwnerStore.class);

  private final Installation installation;
  private final PartitionLogs logs;
  private final int batch;
  private final Beside beside;

  /**
   * What lies beside the logs.
   *
   * @param readBlob gives the bytes of a blob
   * @param dropCheckpoint writes tombstones over the chunks of a checkpoint
   * @param stored finds the checkpoints that have chunks in a partition
   * @param sweep writes tombstones over the chunks of stored checkpoints
   * @param publish publishes an event that may be lost
   */
  public record Beside(
      Function<BlobRef, CompletionStage<byte[]>> readBlob,
      Function<Dropped, CompletionStage<?>> dropCheckpoint,
      IntFunction<CompletionStage<Set<StoredCheckpoint>>> stored,
      BiFunction<Integer, List<CheckpointKey>, CompletionStage<?>> sweep,
      Consumer<EventRecord> publish) {}

  /** A checkpoint that no state refers to any more. */
  public record Dropped(JobId job, CheckpointManifest manifest) {}

  /**
   * A store for all owners of a node.
   *
   * @param batch most requests that an owner is given at once
   */
  public KafkaOwnerStore(Installation installation, PartitionLogs logs, int batch, Beside beside) {
    this.installation = installation;
    this.logs = logs;
    this.batch = batch;
    this.beside = beside;
  }

  @Override
  public CompletionStage<OpenOutcome> open(int partition) {
    return logs.open(partition);
  }

  @Override
  public Intake consume(
      int partition, long fromOffset, Function<List<Positioned>, CompletionStage<Done>> owner) {
    return IntakeFeed.start(installation, partition, fromOffset, batch, owner);
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    return beside.readBlob().apply(blob);
  }

  @Override
  public void drop(JobId job, List<CheckpointManifest> checkpoints) {
    for (CheckpointManifest manifest : checkpoints) {
      beside
          .dropCheckpoint()
          .apply(new Dropped(job, manifest))
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  LOG.warn("checkpoint {} of {} stays", manifest.number(), job, failure);
                }
              });
    }
  }

  @Override
  public CompletionStage<Set<StoredCheckpoint>> stored(int partition) {
    return beside.stored().apply(partition);
  }

  @Override
  public void sweep(int partition, List<CheckpointKey> garbage) {
    LOG.info("partition {}: sweeps {} checkpoints", partition, garbage.size());
    beside
        .sweep()
        .apply(partition, garbage)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                LOG.warn("partition {} is not swept", partition, failure);
              }
            });
  }

  @Override
  public void publish(EventRecord event) {
    beside.publish().accept(event);
  }
}
