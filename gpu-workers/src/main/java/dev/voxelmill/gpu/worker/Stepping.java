package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.StepOutcome;
import java.util.Optional;

/**
 * How an open task gets on: one step at a time, and after each what is due. The next step waits for
 * a snapshot in flight only when another one is due and the task is too far beyond its last durable
 * state.
 */
final class Stepping {
  private final DeviceContext device;
  private final Saving saving;
  private final Trouble trouble;
  private final MemoryBudget memory;

  Stepping(DeviceContext device, Saving saving, Trouble trouble, MemoryBudget memory) {
    this.device = device;
    this.saving = saving;
    this.trouble = trouble;
    this.memory = memory;
  }

  /** Goes on with a task that was opened, or with its result if nothing is left to do. */
  void start(Occupation now) {
    if (now.isFinished()) {
      saving.publish(now);
    } else {
      device.goOn(now);
    }
  }

  void step(Occupation now) {
    if (now.releasing || now.publishing) {
      return;
    }
    trouble.guard(
        now,
        () -> {
          memory.require(now.attempt.toString(), 0);
          long startedAt = now.clock.now();
          switch (now.running().step()) {
            case StepOutcome.Failed failed -> trouble.met(now, failed.failure());
            case StepOutcome.Advanced advanced -> {
              now.stepped(startedAt, advanced.loss());
              onAdvanced(now);
            }
          }
        });
  }

  private void onAdvanced(Occupation now) {
    if (now.isDone() || now.isProgressDue()) {
      device.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
    }
    if (now.isDone()) {
      saving.publish(now);
      return;
    }
    if (now.isPreviewDue()) {
      saving.show(now);
    }
    if (now.isSnapshotDue()) {
      if (!now.snapshotInFlight) {
        saving.save(now);
      } else if (now.isFarAhead()) {
        now.waitingSince = Optional.of(now.clock.now());
        return;
      }
    }
    device.goOn(now);
  }
}
