package dev.voxelmill.gpu.task;

import java.util.Optional;

/** Opens tasks on the calling device thread. */
@FunctionalInterface
public interface TaskOpener {
  /**
   * Opens a task at its first step, or where a snapshot of it left off.
   *
   * @param snapshot what {@link StepTask#snapshot()} of the same task gave
   * @throws IllegalArgumentException when the snapshot is not one of this task
   */
  StepTask open(TaskInput input, Optional<byte[]> snapshot);
}
