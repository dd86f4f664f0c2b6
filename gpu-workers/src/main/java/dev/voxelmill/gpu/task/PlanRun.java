package dev.voxelmill.gpu.task;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A whole plan run in the calling device thread, one task after the other: the work of a job
 * without actors, Kafka or snapshots. What a job costs beyond this is the system's overhead.
 */
public final class PlanRun {
  private final JobRequest request;
  private final byte[] image;
  private final Optional<byte[]> depth;
  private final Map<String, byte[]> tensors = new LinkedHashMap<>();
  private final Map<String, Double> seconds = new LinkedHashMap<>();

  private PlanRun(JobRequest request, byte[] image, Optional<byte[]> depth) {
    this.request = request;
    this.image = image;
    this.depth = depth;
  }

  /** How a run ended. */
  public sealed interface Outcome {}

  /**
   * The last task has made its files.
   *
   * @param tensors payloads of the other tasks by name
   * @param seconds wall time of each task by name
   */
  public record Finished(
      TaskResult.Files files, Map<String, byte[]> tensors, Map<String, Double> seconds)
      implements Outcome {}

  /** A task could not go on. */
  public record Stopped(String task, JobFailure failure) implements Outcome {}

  /** Runs every task of a plan whose last one makes files. */
  public static Outcome of(TaskOpener opener, Plan plan, JobRequest request, byte[] image) {
    return of(opener, plan, request, image, Optional.empty());
  }

  /** The same with a picture of depths. */
  public static Outcome of(
      TaskOpener opener, Plan plan, JobRequest request, byte[] image, Optional<byte[]> depth) {
    PlanRun run = new PlanRun(request, image, depth);
    Optional<TaskResult.Files> files = Optional.empty();
    for (TaskSpec spec : plan.tasks()) {
      long startedAt = System.nanoTime();
      try (StepTask task = opener.open(run.input(spec), Optional.empty())) {
        while (task.nextStep() < task.totalSteps()) {
          if (task.step() instanceof StepOutcome.Failed failed) {
            return new Stopped(spec.name(), failed.failure());
          }
        }
        switch (task.result()) {
          case TaskResult.Tensors made -> run.tensors.put(spec.name(), made.payload());
          case TaskResult.Files made -> files = Optional.of(made);
        }
      }
      run.seconds.put(spec.name(), (System.nanoTime() - startedAt) / 1e9);
    }
    return new Finished(
        files.orElseThrow(
            () -> new IllegalArgumentException("plan: " + plan + " (expected: ends with files)")),
        run.tensors,
        run.seconds);
  }

  private TaskInput input(TaskSpec spec) {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    spec.inputs().forEach(name -> inputs.put(name, tensors.get(name)));
    boolean first = spec.inputs().isEmpty();
    return new TaskInput(
        spec,
        1,
        Set.of(),
        request,
        first ? image : new byte[0],
        first ? depth : Optional.empty(),
        inputs);
  }
}
