package dev.voxelmill.gpu.worker;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.MemoryExhaustedException;
import dev.voxelmill.gpu.task.UnopenableTaskException;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.List;
import java.util.Locale;

/** What an exception out of a task means to its job. */
final class TaskFailures {
  /** How libtorch words it on devices and on the host. */
  private static final List<String> NO_MEMORY = List.of("out of memory", "can't allocate memory");

  private TaskFailures() {}

  static JobFailure of(AttemptRef attempt, RuntimeException thrown) {
    return switch (thrown) {
      case MemoryExhaustedException e ->
          new JobFailure(JobFailure.Code.DEVICE_OOM, attempt + ": " + e.getMessage(), true);
      case EngineException e ->
          new JobFailure(
              isMemory(e) ? JobFailure.Code.DEVICE_OOM : JobFailure.Code.DEVICE_ERROR,
              attempt + ": " + e,
              true);
      case UnopenableTaskException e -> e.failure();
      default -> new JobFailure(JobFailure.Code.INTERNAL, attempt + ": " + thrown, false);
    };
  }

  private static boolean isMemory(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return NO_MEMORY.stream().anyMatch(message::contains);
  }
}
