package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import java.util.Optional;

/** A task that is done in one step: its only state is whether that step was done. */
abstract class SingleStepTask implements StepTask {
  private final NDManager scope;
  private Optional<TaskResult> result = Optional.empty();

  SingleStepTask(TaskContext context) {
    scope = context.device();
  }

  /** Does the task; tensors of the scope live until the task is closed. */
  abstract Computed compute(NDManager scope);

  /** What came of a task's only step. */
  sealed interface Computed {
    record Made(TaskResult result) implements Computed {}

    record Impossible(StepOutcome.Failed outcome) implements Computed {}
  }

  @Override
  public final long nextStep() {
    return result.isPresent() ? 1 : 0;
  }

  @Override
  public final long totalSteps() {
    return 1;
  }

  @Override
  public final StepOutcome step() {
    return switch (compute(scope)) {
      case Computed.Made made -> {
        result = Optional.of(made.result());
        yield StepOutcome.Advanced.WITHOUT_LOSS;
      }
      case Computed.Impossible impossible -> impossible.outcome();
    };
  }

  /** The state before the step, which is empty. */
  @Override
  public final byte[] snapshot() {
    return new SafeTensorsWriter().metadata("nextStep", "0").toBytes();
  }

  @Override
  public final TaskResult result() {
    return result.orElseThrow();
  }

  @Override
  public final void close() {
    scope.close();
  }
}
