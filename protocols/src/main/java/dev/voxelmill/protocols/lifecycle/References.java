package dev.voxelmill.protocols.lifecycle;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which checkpoints a job may still need. A state takes manifests only from its live attempt, so
 * what an older attempt has left unnamed stays unnamed, in this state and in every later one: even
 * an owner that does not know yet that it has a successor may delete it.
 */
public final class References {
  private References() {}

  /** Whether this state, or one that may follow it, refers to that checkpoint. */
  public static boolean possible(JobState state, String task, int attempt, int number) {
    return switch (state) {
      case AwaitedJob awaited -> true;
      case JobState.Finished finished -> false;
      case JobState.Active active -> {
        Optional<TaskState> known = active.task(task);
        yield known.isPresent()
            && (isOpen(known.get(), attempt)
                || named(active, known.get())
                    .anyMatch(m -> m.attempt() == attempt && m.number() == number));
      }
    };
  }

  /** The live attempt, or one to come, may report any number. */
  private static boolean isOpen(TaskState task, int attempt) {
    return !task.isDone() && attempt >= task.attempt();
  }

  private static Stream<CheckpointManifest> named(JobState.Active job, TaskState task) {
    List<CheckpointManifest> output =
        task.status() instanceof TaskStatus.Done(TaskOutput.Tensors made, TaskOutput.Cost cost)
                && isRead(job, task)
            ? List.of(made.manifest())
            : List.of();
    return Stream.concat(task.checkpoints().stream(), output.stream());
  }

  private static boolean isRead(JobState.Active job, TaskState task) {
    return job.tasks().stream()
        .anyMatch(reader -> reader.spec().inputs().contains(task.name()) && !reader.isDone());
  }
}
