package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.Canonical;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.List;
import java.util.stream.Stream;

/**
 * One task of an active job.
 *
 * @param attempt the newest attempt that was granted; 0 before the first
 * @param charged attempts that started, ended by a failure and left no newer checkpoint
 * @param lostWorkers workers that vanished while they ran the task, since its last progress
 * @param exhaustedWorkers workers on which the task ran out of memory, since its last progress
 * @param checkpoints the last two, newest first
 */
public record TaskState(
    TaskSpec spec,
    int attempt,
    int charged,
    List<WorkerId> lostWorkers,
    List<WorkerId> exhaustedWorkers,
    List<CheckpointManifest> checkpoints,
    TaskStatus status) {
  static final int CHECKPOINTS_KEPT = 2;

  private static final Canonical<TaskSpec> SPECS = new Canonical<>();
  private static final Canonical<TaskState> WAITING = new Canonical<>();

  public TaskState {
    spec = SPECS.of(spec);
    lostWorkers = List.copyOf(lostWorkers);
    exhaustedWorkers = List.copyOf(exhaustedWorkers);
    checkpoints = List.copyOf(checkpoints);
  }

  static TaskState initial(TaskSpec spec, TaskStatus status) {
    return new TaskState(spec, 0, 0, List.of(), List.of(), List.of(), status);
  }

  /**
   * Holds once what is equal: tasks that wait for an input are the same in every job of a method,
   * and those of a job that needed a worker at once have one status.
   *
   * @param atOnce the status of a task that has been ready since its job was accepted
   */
  TaskState canonical(TaskStatus.Ready atOnce) {
    if (status instanceof TaskStatus.Waiting) {
      return WAITING.of(this);
    }
    return status.equals(atOnce) ? with(atOnce) : this;
  }

  public String name() {
    return spec.name();
  }

  /** True when the current attempt has left a checkpoint that is newer than all before it. */
  boolean progressed() {
    return !checkpoints.isEmpty() && checkpoints.getFirst().attempt() == attempt;
  }

  boolean isDone() {
    return status instanceof TaskStatus.Done;
  }

  TaskState with(TaskStatus next) {
    return new TaskState(spec, attempt, charged, lostWorkers, exhaustedWorkers, checkpoints, next);
  }

  TaskState grantedAs(int nextAttempt, TaskStatus.Granted granted) {
    return new TaskState(
        spec, nextAttempt, charged, lostWorkers, exhaustedWorkers, checkpoints, granted);
  }

  TaskState chargedOnceMore() {
    return new TaskState(
        spec, attempt, charged + 1, lostWorkers, exhaustedWorkers, checkpoints, status);
  }

  TaskState lost(List<WorkerId> workers) {
    return new TaskState(spec, attempt, charged, workers, exhaustedWorkers, checkpoints, status);
  }

  TaskState exhausted(WorkerId worker) {
    List<WorkerId> workers =
        Stream.concat(exhaustedWorkers.stream(), Stream.of(worker)).distinct().toList();
    return new TaskState(spec, attempt, charged, lostWorkers, workers, checkpoints, status);
  }

  TaskState without(List<CheckpointManifest> rejected) {
    List<CheckpointManifest> kept =
        checkpoints.stream().filter(manifest -> !rejected.contains(manifest)).toList();
    return new TaskState(spec, attempt, charged, lostWorkers, exhaustedWorkers, kept, status);
  }

  /** A checkpoint is progress, so that workers that failed before it no longer count. */
  TaskState with(List<CheckpointManifest> newestFirst) {
    return new TaskState(spec, attempt, charged, List.of(), List.of(), newestFirst, status);
  }
}
