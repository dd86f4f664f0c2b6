package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobFailure;

/** How one step of a task went. */
public sealed interface StepOutcome {
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
