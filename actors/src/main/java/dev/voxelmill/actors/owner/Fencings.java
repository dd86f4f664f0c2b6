package dev.voxelmill.actors.owner;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often the owner of a partition was fenced of late; it outlives the owner's restarts. To be
 * fenced once is how a partition moves. To be fenced again and again means that two nodes take it
 * from one another, since the cluster has split or two installations share a prefix, and nothing of
 * the partition goes on meanwhile.
 */
final class Fencings {
  static final int ALARMING = 3;
  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Deque<Instant> times = new ArrayDeque<>();
  private long ever;

  /** Counts one; true when a person has to look. */
  boolean isAlarming(Instant now) {
    ever++;
    times.addLast(now);
    while (times.getFirst().isBefore(now.minus(WINDOW))) {
      times.removeFirst();
    }
    return times.size() >= ALARMING;
  }

  /** Fencings within the window before the last one. */
  int recent() {
    return times.size();
  }

  /** Fencings since this node hosts the partition. */
  long ever() {
    return ever;
  }
}
