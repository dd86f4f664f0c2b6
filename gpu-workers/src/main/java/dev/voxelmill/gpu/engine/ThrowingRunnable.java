package dev.voxelmill.gpu.engine;

/** A piece of work that may fail with any exception. */
@FunctionalInterface
public interface ThrowingRunnable {
  void run() throws Exception;
}
