package dev.voxelmill.gpu.task;

import java.util.Optional;

/** The executors of one method or of several: one for each kind of task in their plans. */
@FunctionalInterface
interface TaskFamily {
  /**
   * Opens a task of the family.
   *
   * @param own what the task shares with others, and the owner of what it puts on the device
   * @throws UnopenableTaskException when the request or its model will not do
   */
  StepTask open(TaskContext own, TaskInput input, Optional<byte[]> snapshot);

  /** What to throw about a kind of task that no plan of the family has. */
  static IllegalArgumentException foreign(TaskInput input) {
    return new IllegalArgumentException(
        "task: %s of method %s (expected: a kind that is in the method's plan)"
            .formatted(input.spec().kind(), input.request().method()));
  }
}
