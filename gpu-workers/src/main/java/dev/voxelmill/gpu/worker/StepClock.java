package dev.voxelmill.gpu.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Where the time of one attempt goes: steps, waiting for snapshots, and the gaps between.
 *
 * <p>The stretch that is divided up runs from the start of the first step to the end of the newest
 * one; what is neither step nor snapshot in it is gap. A step that is one call with those of other
 * attempts counts whole for each. Times are of a monotonic clock.
 */
final class StepClock {
  private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(5).toNanos();
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongSupplier nanoTime;
  private final long openedAt;
  private final Deque<Long> recentEnds = new ArrayDeque<>();
  private long steps;
  private long firstStartedAt;
  private long lastEndedAt;
  private long busyNanos;
  private long blockedNanos;
  private long pendingBlockedNanos;

  StepClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    openedAt = nanoTime.getAsLong();
    firstStartedAt = openedAt;
    lastEndedAt = openedAt;
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** A step ran from then until now. */
  void stepped(long startedAt) {
    if (steps == 0) {
      firstStartedAt = startedAt;
      pendingBlockedNanos = 0;
    }
    blockedNanos += pendingBlockedNanos;
    pendingBlockedNanos = 0;
    lastEndedAt = now();
    busyNanos += lastEndedAt - startedAt;
    steps++;
    recentEnds.addLast(lastEndedAt);
    while (lastEndedAt - recentEnds.getFirst() > RATE_WINDOW_NANOS) {
      recentEnds.removeFirst();
    }
  }

  /** The device stood still for a snapshot from then until now. */
  void blocked(long since) {
    pendingBlockedNanos += now() - since;
  }

  /** Steps per second over the last few seconds; 0 while unknown. */
  double stepsPerSecond() {
    if (recentEnds.size() < 2) {
      return 0;
    }
    double seconds = (recentEnds.getLast() - recentEnds.getFirst()) / NANOS_PER_SECOND;
    return seconds > 0 ? (recentEnds.size() - 1) / seconds : 0;
  }

  double busySeconds() {
    return busyNanos / NANOS_PER_SECOND;
  }

  /** Standing still between two steps; a snapshot after the last step delays none. */
  double blockedSeconds() {
    return blockedNanos / NANOS_PER_SECOND;
  }

  double gapSeconds() {
    return (lastEndedAt - firstStartedAt - busyNanos - blockedNanos) / NANOS_PER_SECOND;
  }

  double wallSeconds() {
    return (now() - openedAt) / NANOS_PER_SECOND;
  }
}
