package dev.voxelmill.actors.owner;

import dev.voxelmill.storage.log.LogBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What is to be done once batches are durable, in the order of the batches. Work that leaves
 * nothing behind waits all the same for the batches before it: an acknowledgement must not overtake
 * the commit of what it acknowledges.
 */
final class CommitQueue {
  private final Deque<List<Runnable>> waiting = new ArrayDeque<>();

  /** Adds work; true when the batch has to be committed, false when there is nothing in it. */
  boolean add(LogBatch batch, Runnable afterwards) {
    boolean empty = batch.entries().isEmpty() && batch.nextIntakeOffset().isEmpty();
    if (!empty) {
      waiting.addLast(new ArrayList<>(List.of(afterwards)));
    } else if (waiting.isEmpty()) {
      afterwards.run();
    } else {
      waiting.getLast().add(afterwards);
    }
    return !empty;
  }

  /** Adds a batch of nothing that is committed all the same. */
  void addNothing() {
    waiting.addLast(new ArrayList<>());
  }

  /** The oldest batch is durable. */
  void committed() {
    waiting.removeFirst().forEach(Runnable::run);
  }
}
