package dev.voxelmill.gpu.worker;

/** The log does not answer for now; the same call may succeed later. */
final class LogAwayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LogAwayException(Throwable cause) {
    super("the log does not answer: " + cause.getMessage(), cause);
  }
}
