package dev.voxelmill.actors.local;

import java.time.Duration;

/**
 * How long to wait before a child that died is started again: {@code first}, twice that, and so on
 * up to {@code longest}; a child that ran for {@code steadyAfter} begins anew.
 */
record RestartPolicy(Duration first, Duration longest, Duration steadyAfter) {
  /** Quick enough for a worker that was killed, slow enough for one that cannot start. */
  static final RestartPolicy DEFAULT =
      new RestartPolicy(Duration.ofMillis(250), Duration.ofSeconds(15), Duration.ofSeconds(30));

  RestartPolicy {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "restart pauses: " + first + " to " + longest + " (expected: 0 < first <= longest)");
    }
  }

  /** The answer to an exit: when to start again, and how many short lives lie behind. */
  record Restart(Duration pause, int shortLives) {}

  /**
   * Decides about one exit.
   *
   * @param shortLives lives in a row, before this one, that ended before {@code steadyAfter}
   * @param lived how long this one lasted
   */
  Restart afterExit(int shortLives, Duration lived) {
    int inARow = lived.compareTo(steadyAfter) >= 0 ? 1 : Math.addExact(shortLives, 1);
    Duration pause = first;
    for (int i = 1; i < inARow && pause.compareTo(longest) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return new Restart(pause.compareTo(longest) > 0 ? longest : pause, inARow);
  }
}
