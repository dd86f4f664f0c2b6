package dev.voxelmill.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Virtual time, the one source of randomness, and the trace of what happened last. */
final class Timeline {
  private static final int REMEMBERED = 400;
  private static final double MILLIS_TO_NANOS = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final Deque<Note> trace = new ArrayDeque<>();
  private long now;
  private long number;

  private record Event(long at, long number, Runnable action) {}

  private record Note(long at, String what, List<Object> about) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%10.3f s  %s %s",
          at / NANOS_PER_SECOND,
          what,
          about.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }

  Timeline(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Nanoseconds since the run began. */
  long now() {
    return now;
  }

  SplittableRandom random() {
    return random;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A time drawn evenly from {@code [least, most)} milliseconds. */
  Duration between(double leastMillis, double mostMillis) {
    return Duration.ofNanos(
        (long)
            (random.nextDouble(leastMillis, Math.max(mostMillis, Math.nextUp(leastMillis)))
                * MILLIS_TO_NANOS));
  }

  void after(Duration delay, Runnable action) {
    events.add(new Event(now + Math.max(0, delay.toNanos()), number++, action));
  }

  /** Lets the next thing happen; false when nothing is left. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.at();
    next.action().run();
    return true;
  }

  /** How many things have been planned so far. */
  long planned() {
    return number;
  }

  void note(String what, Object... about) {
    if (trace.size() == REMEMBERED) {
      trace.removeFirst();
    }
    trace.addLast(new Note(now, what, List.of(about)));
  }

  /** The last notes, oldest first. */
  String trace() {
    return trace.stream().map(Note::toString).collect(Collectors.joining(System.lineSeparator()));
  }
}
