package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.Map;

/**
 * Everything that decides the result of a task, as bytes.
 *
 * @param spec the task
 * @param request the whole request: camera, seed and parameters
 * @param image the input picture as it was submitted; empty for kinds that do not read it
 * @param tensors safetensors that the tasks named by {@code spec.inputs()} left, by task name
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TaskInput(
    TaskSpec spec, JobRequest request, byte[] image, Map<String, byte[]> tensors) {
  public TaskInput {
    requireNonNull(spec, "spec");
    requireNonNull(request, "request");
    tensors = Map.copyOf(tensors);
    for (String name : spec.inputs()) {
      if (!tensors.containsKey(name)) {
        throw new IllegalArgumentException(
            "inputs of "
                + spec.name()
                + ": "
                + tensors.keySet()
                + " (expected: one from every task of "
                + spec.inputs()
                + ")");
      }
    }
  }
}
