package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobFailure;
import java.util.function.DoubleSupplier;

/** How one step of a task went. */
public sealed interface StepOutcome {
  /** Does a step of an optimisation; a loss that is not finite or a divergence fails it by name. */
  static StepOutcome descend(String lossName, DoubleSupplier step) {
    try {
      double loss = step.getAsDouble();
      return Double.isFinite(loss)
          ? new Advanced(loss)
          : Failed.permanent(
              JobFailure.Code.NOT_FINITE, lossName + ": " + loss + " (expected: finite)");
    } catch (ArithmeticException diverged) {
      return Failed.permanent(JobFailure.Code.NOT_FINITE, diverged.getMessage());
    }
  }

  /**
   * The step is done.
   *
   * @param loss of this step, or NaN where the task has none
   */
  record Advanced(double loss) implements StepOutcome {
    /** A step of a task that has no loss. */
    public static final Advanced WITHOUT_LOSS = new Advanced(Double.NaN);
  }

  /** The task cannot go on, for a reason that its input or its numbers gave. */
  record Failed(JobFailure failure) implements StepOutcome {
    public Failed {
      requireNonNull(failure, "failure");
    }

    /** A failure that the same request would meet again. */
    public static Failed permanent(JobFailure.Code code, String message) {
      return new Failed(new JobFailure(code, message, false));
    }
  }
}
