package dev.voxelmill.gpu.models;

/** A model that a task names and that cannot be computed with; says what to mend. */
public final class UnusableModelException extends RuntimeException {
  UnusableModelException(String message) {
    super(message);
  }

  UnusableModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
