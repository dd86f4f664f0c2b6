package dev.voxelmill.simulation;

import dev.voxelmill.protocols.worker.TaskRef;

/**
 * What a task computes: each step mixes the number of the step into a word of state, so that a step
 * that is lost, repeated or taken out of order changes the result.
 *
 * @param steps how many there are
 */
record Work(TaskRef task, long steps) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  static Work of(TaskRef task) {
    return new Work(task, 3 + Math.floorMod(task.hashCode(), 30));
  }

  long first() {
    return mix(task.toString().hashCode());
  }

  static long step(long state, long number) {
    return mix(state ^ (GOLDEN * (number + 1)));
  }

  /** The state before step {@code next} of a task that was never interrupted. */
  long at(long next) {
    long state = first();
    for (long number = 0; number < next; number++) {
      state = step(state, number);
    }
    return state;
  }

  /** The result after so many steps without an interruption, as 64 hexadecimal digits. */
  String digestAt(long next) {
    return digest(at(next));
  }

  static String digest(long state) {
    return "%016x".formatted(state).repeat(4);
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
