package dev.voxelmill.actors.owner;

import dev.voxelmill.actors.owner.PartitionOwner.OwnershipEndedException;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import java.time.Duration;

/** A partition's log as its owner writes it: batch after batch, until somebody else does. */
final class OwnLog {
  private final int partition;
  private final OwnedPartition.Surroundings surroundings;
  private final CommitQueue commits = new CommitQueue();
  private final Ownership ownership;

  /**
   * The log that has just been opened.
   *
   * @param adoption see {@link Ownership}
   */
  OwnLog(int partition, Duration adoption, OwnedPartition.Surroundings surroundings) {
    this.partition = partition;
    this.surroundings = surroundings;
    this.ownership = new Ownership(adoption, surroundings.now());
  }

  /** Runs what follows once the batch, and every batch before it, is durable. */
  void commit(LogBatch batch, Runnable afterwards) {
    if (commits.add(batch, afterwards)) {
      write(batch);
    }
  }

  /** Asks the log who owns it, where nothing has been committed for long. */
  void affirm() {
    if (ownership.isToBeAsked(surroundings.now())) {
      commits.addNothing();
      write(LogBatch.NOTHING);
    }
  }

  private void write(LogBatch batch) {
    ownership.asked(surroundings.now());
    surroundings.commit(batch);
  }

  /**
   * The oldest batch under way has come to its end.
   *
   * @throws OwnershipEndedException when it is not durable
   */
  void on(CommitOutcome outcome) {
    switch (outcome) {
      case CommitOutcome.Committed committed -> {
        ownership.confirmed();
        commits.committed();
      }
      case CommitOutcome.Fenced fenced ->
          throw new OwnershipEndedException("partition " + partition + " has a newer owner", null);
      case CommitOutcome.Unavailable unavailable ->
          throw new OwnershipEndedException(
              "partition " + partition + " cannot be written", unavailable.cause());
      case CommitOutcome.Refused refused ->
          throw new OwnershipEndedException(
              "partition " + partition + ": " + refused.reason(), null);
    }
  }

  /** Whether no successor can have replaced an attempt yet. */
  boolean isCertainlyOwn() {
    return ownership.isCertain(surroundings.now());
  }
}
