package dev.voxelmill.actors.owner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Until when a partition is certainly its owner's. Whoever opens its log takes it over at once; the
 * owner before learns of it by its next commit. The successor waits for {@code adoption} before it
 * replaces attempts that it does not hear of, unless its cluster has lost their workers. Hence an
 * owner of live attempts that has nothing to write commits an empty batch after a quarter of that
 * time, and tells of attempts, which needs no commit, within half of it, however long it paused.
 */
final class Ownership {
  private final Duration adoption;

  /** When each batch that is not committed yet went to the log. */
  private final Deque<Instant> underWay = new ArrayDeque<>();

  private Instant confirmedAt;

  Ownership(Duration adoption, Instant openedAt) {
    this.adoption = adoption;
    this.confirmedAt = openedAt;
  }

  /** A batch goes to the log. */
  void asked(Instant now) {
    underWay.addLast(now);
  }

  /** The oldest batch is committed: when it went to the log, nobody had taken over. */
  void confirmed() {
    confirmedAt = underWay.removeFirst();
  }

  /** Whether it is time to ask the log, for want of anything to tell it. */
  boolean isToBeAsked(Instant now) {
    return underWay.isEmpty() && !now.isBefore(confirmedAt.plus(adoption.dividedBy(4)));
  }

  /** Whether no successor can have replaced an attempt yet. */
  boolean isCertain(Instant now) {
    return now.isBefore(confirmedAt.plus(adoption.dividedBy(2)));
  }
}
