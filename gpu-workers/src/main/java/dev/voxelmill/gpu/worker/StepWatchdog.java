package dev.voxelmill.gpu.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Knows since when the device works at one thing. The device thread writes, the protocol actor
 * reads: a kernel that never returns cannot report itself.
 */
final class StepWatchdog {
  private final Duration deadline;
  private final LongSupplier nanoTime;
  private final AtomicReference<Optional<Work>> present = new AtomicReference<>(Optional.empty());

  private record Work(AttemptRef attempt, long since) {}

  StepWatchdog(Duration deadline, LongSupplier nanoTime) {
    this.deadline = deadline;
    this.nanoTime = nanoTime;
  }

  /** The device thread turns to something of an attempt. */
  void begins(AttemptRef attempt) {
    present.set(Optional.of(new Work(attempt, nanoTime.getAsLong())));
  }

  /** The device thread is back. */
  void ends() {
    present.set(Optional.empty());
  }

  /** The attempt that has held the device thread for longer than the deadline. */
  Optional<AttemptRef> hung() {
    return present
        .get()
        .filter(work -> nanoTime.getAsLong() - work.since() > deadline.toNanos())
        .map(Work::attempt);
  }
}
