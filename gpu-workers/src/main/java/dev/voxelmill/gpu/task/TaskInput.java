package dev.voxelmill.gpu.task;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Parameters;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Everything that decides the result of a task, as bytes, and which attempt it is, which does not.
 *
 * @param spec the task
 * @param attempt from 1; only a rehearsal of faults looks at it
 * @param remedies what earlier trouble taught this run of the task
 * @param request the whole request: camera, seed and parameters
 * @param image the input picture as it was submitted; empty for kinds that do not read it
 * @param depth the picture of depths of the request, if it has one; for the same kinds
 * @param tensors safetensors that the tasks named by {@code spec.inputs()} left, by task name
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TaskInput(
    TaskSpec spec,
    int attempt,
    Set<Remedy> remedies,
    JobRequest request,
    byte[] image,
    Optional<byte[]> depth,
    Map<String, byte[]> tensors) {
  /** The input of a first attempt. */
  public TaskInput(TaskSpec spec, JobRequest request, byte[] image, Map<String, byte[]> tensors) {
    this(spec, 1, Set.of(), request, image, Optional.empty(), tensors);
  }

  public TaskInput {
    requireNonNull(spec, "spec");
    requireNonNull(request, "request");
    remedies = Set.copyOf(remedies);
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

  /** The parameters as they were requested, the same for every run of the task. */
  Parameters requested() {
    return new Parameters(request.parameters());
  }

  /**
   * Names what a run's state belongs to: the seed and the options of the request alone, for a state
   * may be gone on with after a remedy has changed the options.
   *
   * @param options of the task, from parameters
   */
  String configuration(Function<Parameters, ?> options) {
    return request.seed() + " " + options.apply(requested());
  }

  /** The parameters that the task runs with: the request's, changed by every remedy. */
  Parameters parameters() {
    Map<String, String> changed = request.parameters();
    for (Remedy remedy : remedies) {
      changed = remedy.applied(changed);
    }
    return new Parameters(changed);
  }

  /** The same input for a run with these remedies. */
  public TaskInput with(Set<Remedy> others) {
    return new TaskInput(spec, attempt, others, request, image, depth, tensors);
  }
}
