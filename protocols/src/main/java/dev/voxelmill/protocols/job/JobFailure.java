package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

/**
 * Why a job or a task ended without a result.
 *
 * @param code what programs test, stable across versions
 * @param message names the value, the rule and the fix, for people
 * @param retryable whether the same request may succeed when tried again
 */
public record JobFailure(Code code, String message, boolean retryable) {
  public JobFailure {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
  }

  /** The time was up before there was anything to deliver; with more time there may be. */
  public static JobFailure deadlineExceeded() {
    return new JobFailure(
        Code.DEADLINE_EXCEEDED,
        "maxSeconds: the time was up before there was anything to deliver"
            + " (expected: time for something to show; fix: raise maxSeconds or the priority)",
        true);
  }

  /** The codes of failures. */
  public enum Code {
    /** The request asks for something that cannot be computed. */
    INVALID_REQUEST,
    /** The model that the request names is unknown, or its folder is not whole. */
    MODEL_UNUSABLE,
    /** The isosurface is empty: nothing in the field is above the level. */
    EMPTY_MESH,
    /** A value became infinite or not a number. */
    NOT_FINITE,
    /** The device or the memory budget is exhausted. */
    DEVICE_OOM,
    /** The device or its library reported an error. */
    DEVICE_ERROR,
    /** No checkpoint of the task could be read back. */
    CHECKPOINT_LOST,
    /** The time was up before there was anything to deliver. */
    DEADLINE_EXCEEDED,
    /** Workers kept dying while they ran the task. */
    WORKER_CRASHED,
    /** A bug: the message holds the exception. */
    INTERNAL
  }
}
