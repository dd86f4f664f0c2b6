package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.JointTask;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.StepOutcome;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.List;
import java.util.Optional;

/**
 * How open tasks get on: one step at a time, and after each what is due. The next step waits for a
 * snapshot in flight only when another one is due and the task is too far beyond its last durable
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
    if (now.finishing) {
      finish(now);
    } else if (now.isDone()) {
      saving.publish(now);
    } else {
      device.goOn(now);
    }
  }

  /** Ends a task whose job's time is up with what it has made. */
  void finish(Occupation now) {
    if (now.isDone() || now.running().isUsable()) {
      saving.publish(now);
    } else {
      device.end(now, new DeviceEvent.Failed(now.attempt, JobFailure.deadlineExceeded()));
    }
  }

  /** Does the next step of each, in one call if there are several. */
  void step(List<Occupation> turn) {
    if (turn.size() > 1) {
      stepJointly(turn);
    } else {
      turn.forEach(this::step);
    }
  }

  private void step(Occupation now) {
    trouble.guard(
        now,
        () -> {
          memory.require(now.attempt.toString(), 0);
          long startedAt = now.clock.now();
          took(now, startedAt, now.running().step());
        });
  }

  /** A call that fails has changed nothing and has no culprit: each then steps alone. */
  private void stepJointly(List<Occupation> turn) {
    Occupation first = turn.getFirst();
    List<JointTask> tasks = turn.stream().map(now -> (JointTask) now.running()).toList();
    long startedAt = first.clock.now();
    Optional<List<StepOutcome>> outcomes =
        trouble.watched(
            first,
            () -> {
              memory.require(first.attempt.toString(), 0);
              return tasks.getFirst().stepJointly(tasks);
            });
    if (outcomes.isEmpty()) {
      turn.forEach(this::step);
      return;
    }
    for (int i = 0; i < turn.size(); i++) {
      Occupation now = turn.get(i);
      StepOutcome outcome = outcomes.get().get(i);
      now.joined();
      trouble.guard(now, () -> took(now, startedAt, outcome));
    }
  }

  private void took(Occupation now, long startedAt, StepOutcome outcome) {
    switch (outcome) {
      case StepOutcome.Failed failed -> trouble.met(now, failed.failure());
      case StepOutcome.Advanced advanced -> {
        now.stepped(startedAt, advanced.loss());
        onAdvanced(now);
      }
    }
  }

  private void onAdvanced(Occupation now) {
    if (now.isDone() || now.isProgressDue()) {
      now.tell(new DeviceEvent.Progressed(now.attempt, now.progress()));
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
