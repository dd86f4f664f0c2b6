package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskRef;

/** One attempt of one task, the unit that a worker runs. */
record AttemptRef(TaskRef task, int attempt) {
  static AttemptRef of(Assignment assignment) {
    return new AttemptRef(assignment.task(), assignment.attempt());
  }

  @Override
  public String toString() {
    return task + "#" + attempt;
  }
}
