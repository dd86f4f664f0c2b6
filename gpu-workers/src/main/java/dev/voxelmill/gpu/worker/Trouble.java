package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The edge of the tasks' code: what they throw, and the failures that they tell, end the attempt or
 * put it back to its last checkpoint with a {@link Remedy}, once.
 */
final class Trouble {
  private final DeviceContext device;
  private final Opening opening;
  private final StepWatchdog watchdog;

  Trouble(DeviceContext device, Opening opening, StepWatchdog watchdog) {
    this.device = device;
    this.opening = opening;
    this.watchdog = watchdog;
  }

  /** Does something of an attempt under the eyes of the watchdog. */
  void guard(Occupation now, Runnable work) {
    watchdog.begins(now.attempt);
    try {
      work.run();
    } catch (RuntimeException e) {
      device.log().error("failed attempt={}", now.attempt, e);
      met(now, TaskFailures.of(now.attempt, e));
    } finally {
      watchdog.ends();
    }
  }

  /**
   * Does what several attempts ask for at once, as the first of them to the watchdog.
   *
   * @return nothing when it threw
   */
  <T> Optional<T> watched(Occupation first, Supplier<T> work) {
    watchdog.begins(first.attempt);
    try {
      return Optional.of(work.get());
    } catch (RuntimeException e) {
      device.log().warn("a joint step failed, first attempt={}", first.attempt, e);
      return Optional.empty();
    } finally {
      watchdog.ends();
    }
  }

  /** Back to the last checkpoint with a remedy, or the end of the attempt. */
  void met(Occupation now, JobFailure failure) {
    Optional<Remedy> remedy = now.remedyAgainst(failure.code());
    if (remedy.isEmpty()) {
      device.end(now, new DeviceEvent.Failed(now.attempt, failure));
      return;
    }
    device
        .log()
        .warn("rolled back attempt={} with={}: {}", now.attempt, remedy.get(), failure.message());
    now.rollBack(remedy.get());
    if (!now.snapshotInFlight) {
      opening.read(now, now.checkpoints());
    }
  }
}
