package dev.voxelmill.protocols.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One task of a plan.
 *
 * @param name unique within the job, such as {@code distill}
 * @param kind what it does
 * @param inputs names of the tasks whose outputs it reads; all come earlier in the plan
 */
public record TaskSpec(String name, TaskKind kind, List<String> inputs) {
  public TaskSpec {
    requireNonNull(kind, "kind");
    if (!name.matches("[a-z0-9][a-z0-9-]{0,31}")) {
      throw new IllegalArgumentException(
          "task name: '" + name + "' (expected: [a-z0-9][a-z0-9-]{0,31})");
    }
    inputs = List.copyOf(inputs);
  }
}
