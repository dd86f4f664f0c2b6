package dev.voxelmill.gpu.task;

/** A task needs more memory than the budget has left; the message holds the sizes. */
public final class MemoryExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MemoryExhaustedException(String message) {
    super(message);
  }
}
