package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;

/** How executors read their inputs. */
final class TaskInputs {
  private TaskInputs() {}

  /** The payload of a task that has one input. */
  static byte[] only(TaskInput input) {
    return of(input, 0);
  }

  /** The payload of the input at that place of the task's list. */
  static byte[] of(TaskInput input, int place) {
    return input.tensors().get(input.spec().inputs().get(place));
  }

  /** Whether no value is infinite or not a number. */
  static boolean isFinite(NDArray array) {
    try (NDArray sum = array.sum()) {
      return Float.isFinite(sum.getFloat());
    }
  }
}
