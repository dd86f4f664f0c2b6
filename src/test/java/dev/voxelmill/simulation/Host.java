package dev.voxelmill.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An operating-system process: it can be killed, frozen and thawed, and its wall clock can be
 * wrong. What it has planned dies with it, and waits while it is frozen.
 */
final class Host {
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

  private final Timeline timeline;
  private final String name;
  private final List<Runnable> held = new ArrayList<>();
  private long incarnation;
  private boolean up = true;
  private boolean frozen;
  private Duration clockError = Duration.ZERO;

  Host(Timeline timeline, String name) {
    this.timeline = timeline;
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isUp() {
    return up;
  }

  /** True when it runs and is not frozen. */
  boolean responds() {
    return up && !frozen;
  }

  /** Plans something that this incarnation of the process does. */
  void after(Duration delay, Runnable action) {
    long mine = incarnation;
    timeline.after(delay, () -> run(mine, action));
  }

  private void run(long of, Runnable action) {
    if (of != incarnation || !up) {
      return;
    }
    if (frozen) {
      held.add(() -> run(of, action));
    } else {
      action.run();
    }
  }

  void kill() {
    timeline.note("KILL", name);
    up = false;
    frozen = false;
    incarnation++;
    held.clear();
  }

  void start() {
    timeline.note("START", name);
    up = true;
    frozen = false;
    incarnation++;
    held.clear();
  }

  void freeze() {
    timeline.note("FREEZE", name);
    frozen = true;
  }

  /** Everything that came due meanwhile is done at once, in order. */
  void thaw() {
    if (frozen) {
      timeline.note("THAW", name);
      frozen = false;
      List<Runnable> due = List.copyOf(held);
      held.clear();
      due.forEach(Runnable::run);
    }
  }

  void clockError(Duration error) {
    clockError = error;
  }

  /** What its wall clock shows. */
  Instant wall() {
    return START.plusNanos(timeline.now()).plus(clockError);
  }
}
