package dev.voxelmill.gpu.task;

import dev.voxelmill.protocols.job.JobFailure;

/**
 * A task that cannot begin, whatever state it is to go on from: what its request asks for, or the
 * model that it names, will not do.
 */
public final class UnopenableTaskException extends RuntimeException {
  private final JobFailure.Code code;

  /** A failure that the same request would meet again. */
  UnopenableTaskException(JobFailure.Code code, String message) {
    super(message);
    this.code = code;
  }

  UnopenableTaskException(JobFailure.Code code, RuntimeException cause) {
    super(cause.getMessage(), cause);
    this.code = code;
  }

  /** The failure of the job. */
  public JobFailure failure() {
    return new JobFailure(code, String.valueOf(getMessage()), false);
  }
}
