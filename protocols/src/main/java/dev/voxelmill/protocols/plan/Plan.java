package dev.voxelmill.protocols.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tasks of a job, in an order in which every task comes after those whose outputs it reads. The
 * last task makes the files of the asset.
 */
public record Plan(List<TaskSpec> tasks) {
  public Plan {
    tasks = List.copyOf(tasks);
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("tasks: none (expected: at least one)");
    }
    Set<String> earlier = new HashSet<>();
    for (TaskSpec task : tasks) {
      if (!earlier.containsAll(task.inputs())) {
        throw new IllegalArgumentException(
            task.name() + ": inputs " + task.inputs() + " (expected: only of " + earlier + ")");
      }
      if (!earlier.add(task.name())) {
        throw new IllegalArgumentException(task.name() + ": twice (expected: unique names)");
      }
    }
  }

  /** The names of the tasks that read the output of a task. */
  public List<String> readersOf(String task) {
    return tasks.stream().filter(t -> t.inputs().contains(task)).map(TaskSpec::name).toList();
  }
}
