package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.owner.OwnerStore;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.OpenOutcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.Done;

/**
 * The owners' store, and when each owner has dealt with the first of its intake: only then is it
 * known to be back.
 */
final class WatchedOwnerStore implements OwnerStore {
  private final OwnerStore store;
  private final List<CompletableFuture<Done>> consuming;
  private final AtomicInteger replayed = new AtomicInteger();

  WatchedOwnerStore(OwnerStore store, int partitions) {
    this.store = store;
    this.consuming = Stream.generate(CompletableFuture<Done>::new).limit(partitions).toList();
  }

  /** Completes when every partition's owner has dealt with something that was sent to it. */
  CompletableFuture<Void> allConsume() {
    return CompletableFuture.allOf(consuming.toArray(CompletableFuture<?>[]::new));
  }

  /** How many jobs were replayed. */
  int replayed() {
    return replayed.get();
  }

  @Override
  public CompletionStage<OpenOutcome> open(int partition) {
    return store
        .open(partition)
        .whenComplete(
            (outcome, failure) -> {
              if (outcome instanceof OpenOutcome.Opened opened) {
                replayed.addAndGet(opened.replay().states().size());
              } else {
                consuming
                    .get(partition)
                    .completeExceptionally(
                        new IllegalStateException(
                            "cannot open partition " + partition + ": " + outcome, failure));
              }
            });
  }

  @Override
  public Intake consume(
      int partition, long fromOffset, Function<List<Positioned>, CompletionStage<Done>> owner) {
    return store.consume(
        partition,
        fromOffset,
        records ->
            owner
                .apply(records)
                .whenComplete(
                    (done, failure) -> {
                      if (failure == null) {
                        consuming.get(partition).complete(Done.getInstance());
                      }
                    }));
  }

  @Override
  public CompletionStage<byte[]> read(BlobRef blob) {
    return store.read(blob);
  }

  @Override
  public void drop(JobId job, List<CheckpointManifest> checkpoints) {
    store.drop(job, checkpoints);
  }

  @Override
  public CompletionStage<Set<StoredCheckpoint>> stored(int partition) {
    return store.stored(partition);
  }

  @Override
  public void sweep(int partition, List<CheckpointKey> garbage) {
    store.sweep(partition, garbage);
  }

  @Override
  public void publish(EventRecord event) {
    store.publish(event);
  }
}
