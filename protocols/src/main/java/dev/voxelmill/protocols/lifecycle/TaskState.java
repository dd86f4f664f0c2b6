package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.Canonical;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.List;

/**
 * One task of an active job.
 *
 * @param attempt the newest attempt that was granted; 0 before the first
 * @param charged attempts that started, ended by a failure and left no newer checkpoint
 * @param lostWorkers workers that vanished while they ran the task, since its last progress
 * @param checkpoints the last two, newest first
 */
public record TaskState(
    TaskSpec spec,
    int attempt,
    int charged,
    List<WorkerId> lostWorkers,
    List<CheckpointManifest> checkpoints,
    TaskStatus status) {
  static final int CHECKPOINTS_KEPT = 2;

  private static final Canonical<TaskSpec> SPECS = new Canonical<>();
  private static final Canonical<TaskState> WAITING = new Canonical<>();

  public TaskState {
    spec = SPECS.of(spec);
    lostWorkers = List.copyOf(lostWorkers);
    checkpoints = List.copyOf(checkpoints);
  }

  static TaskState initial(TaskSpec spec, TaskStatus status) {
    return new TaskState(spec, 0, 0, List.of(), List.of(), status);
  }

  /** Tasks that have not begun are the same in every job of a method. */
  TaskState canonical() {
    return status instanceof TaskStatus.Waiting ? WAITING.of(this) : this;
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
    return new TaskState(spec, attempt, charged, lostWorkers, checkpoints, next);
  }

  TaskState grantedAs(int nextAttempt, TaskStatus.Granted granted) {
    return new TaskState(spec, nextAttempt, charged, lostWorkers, checkpoints, granted);
  }

  TaskState chargedOnceMore() {
    return new TaskState(spec, attempt, charged + 1, lostWorkers, checkpoints, status);
  }

  TaskState lost(List<WorkerId> workers) {
    return new TaskState(spec, attempt, charged, workers, checkpoints, status);
  }

  TaskState without(List<CheckpointManifest> rejected) {
    List<CheckpointManifest> kept =
        checkpoints.stream().filter(manifest -> !rejected.contains(manifest)).toList();
    return new TaskState(spec, attempt, charged, lostWorkers, kept, status);
  }

  /** A checkpoint is progress, so that the workers lost before it no longer count. */
  TaskState with(List<CheckpointManifest> newestFirst) {
    return new TaskState(spec, attempt, charged, List.of(), newestFirst, status);
  }
}
