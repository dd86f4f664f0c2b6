package dev.voxelmill.gpu.task;

import java.util.Optional;

/**
 * A task on its way: a sequence of steps over explicit state.
 *
 * <p>The state between two steps is everything there is. A task stopped after any step and opened
 * again from the {@link #snapshot()} of that moment gives the same bytes in the end as one that ran
 * through, on the same device class. Noise is drawn by step number, so there is no generator to
 * save. {@code StepTaskContract} holds every implementation to this.
 *
 * <p>All methods are called on one device thread.
 */
public interface StepTask extends AutoCloseable {
  /** The step to do next, from 0; equals {@link #totalSteps()} when nothing is left. */
  long nextStep();

  /** How many steps the task has; 0 when there is nothing to do but hand on. */
  long totalSteps();

  /** Does the next step. After a {@link StepOutcome.Failed} the task can only be closed. */
  StepOutcome step();

  /** The next step and the whole state, as safetensors. */
  byte[] snapshot();

  /** A PNG of the state so far, for people; empty where there is nothing to see. */
  default Optional<byte[]> preview() {
    return Optional.empty();
  }

  /**
   * Hears how the storing of a snapshot goes; of interest only to what rehearses faults.
   *
   * @param nextStep of the snapshot
   */
  default void onSnapshot(SnapshotPhase phase, long nextStep) {}

  /** Whether {@link #result()} makes sense although steps are left. */
  default boolean isUsable() {
    return false;
  }

  /** What the finished task leaves; only when no step is left, or as it {@link #isUsable()}. */
  TaskResult result();

  /** Frees what the task holds on the device. */
  @Override
  void close();
}
