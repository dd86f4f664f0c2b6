package dev.voxelmill.actors.client;

/** The brokers of an installation did not answer, or it has no topics. */
public final class UnreachableException extends RuntimeException {
  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }

  UnreachableException(String message) {
    super(message);
  }
}
