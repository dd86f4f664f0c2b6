package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.plan.TaskSpec;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A job driven task by task over a {@link Fleet}, as an owner would, with workers that are killed
 * or asked to release.
 */
final class LiveJob {
  private final Fleet fleet;
  private final JobRequest request;
  private final Hunter hunter;
  private final Map<String, TaskOutput> outputs = new LinkedHashMap<>();
  private final Map<String, Integer> written = new LinkedHashMap<>();
  private final Disturbances suffered = new Disturbances();

  /** Decides what is done to an attempt of a task. */
  interface Hunter {
    /**
     * What is done to the next attempt, if anything.
     *
     * @param done checkpoints that the task has already
     */
    Optional<Disturbance> next(String task, int done);
  }

  /**
   * What is done to an attempt.
   *
   * @param checkpoints after how many of them; 0 is when the attempt starts
   */
  record Disturbance(int checkpoints, boolean kill) {}

  LiveJob(Fleet fleet, JobRequest request, Hunter hunter) {
    this.fleet = fleet;
    this.request = request;
    this.hunter = hunter;
  }

  /**
   * Disturbs every second attempt, at a moment that is drawn evenly from what is left of its task.
   *
   * @param checkpoints that an undisturbed run makes of each task
   */
  static Hunter at(Map<String, Integer> checkpoints, Random random) {
    return (task, done) -> {
      int left = Math.max(0, checkpoints.get(task) - done);
      return random.nextBoolean()
          ? Optional.of(new Disturbance(random.nextInt(left + 1), random.nextBoolean()))
          : Optional.empty();
    };
  }

  /** What every task left, by its name. */
  Map<String, TaskOutput> run() throws InterruptedException {
    for (TaskSpec spec : Plans.of(request).tasks()) {
      outputs.put(spec.name(), run(spec));
    }
    return outputs;
  }

  /** How many checkpoints each task has made. */
  Map<String, Integer> checkpoints() {
    return written;
  }

  /** What was done to the job. */
  Disturbances suffered() {
    return suffered;
  }

  private TaskOutput run(TaskSpec spec) throws InterruptedException {
    List<CheckpointManifest> checkpoints = new ArrayList<>();
    Optional<TaskOutput> output = Optional.empty();
    for (int attempt = 1; output.isEmpty(); attempt++) {
      Optional<Disturbance> disturbance = hunter.next(spec.name(), checkpoints.size());
      output = attempt(spec, attempt, checkpoints, disturbance);
    }
    written.put(spec.name(), checkpoints.size());
    return output.get();
  }

  /** The next step, by the newest checkpoint. */
  private static long durable(List<CheckpointManifest> checkpoints) {
    return checkpoints.isEmpty() ? 0 : checkpoints.getFirst().nextStep();
  }

  private Optional<TaskOutput> attempt(
      TaskSpec spec,
      int attempt,
      List<CheckpointManifest> checkpoints,
      Optional<Disturbance> disturbance)
      throws InterruptedException {
    Fleet.Hand hand = fleet.take();
    Map<String, TaskOutput> inputs = new LinkedHashMap<>();
    spec.inputs().forEach(name -> inputs.put(name, outputs.get(name)));
    Assignment assignment = new Assignment(attempt, 0, spec, request, inputs, checkpoints);
    hand.address().tell(new WorkerCommand.Run(assignment));
    int seen = 0;
    while (true) {
      FromWorker message = fleet.report(request.job());
      if (message.attempt() != attempt
          || !message.task().equals(assignment.task())
          || !message.worker().equals(hand.id())) {
        continue; // of an attempt that was killed
      }
      if (message.number() > 0) {
        hand.address()
            .tell(new WorkerCommand.Acknowledge(message.task(), attempt, message.number()));
      }
      switch (message.report()) {
        case WorkerReport.Completed completed -> {
          fleet.giveBack(hand);
          return Optional.of(completed.output());
        }
        case WorkerReport.Released released -> {
          released.checkpoints().forEach(checkpoints::addFirst);
          suffered.released(spec, durable(checkpoints));
          fleet.giveBack(hand);
          return Optional.empty();
        }
        case WorkerReport.Failed failed -> throw new AssertionError(failed.failure().message());
        case WorkerReport.CheckpointRejected rejected ->
            throw new AssertionError(rejected.reason());
        case WorkerReport.Checkpointed checkpointed -> {
          if (!checkpoints.contains(checkpointed.manifest())) {
            checkpoints.addFirst(checkpointed.manifest());
            seen++;
          }
        }
        case WorkerReport.Started started -> {}
        case WorkerReport.Refused refused -> throw new AssertionError(refused.reason());
        case WorkerReport.Running running -> {}
        case WorkerReport.Previewed previewed -> {}
      }
      if (disturbance.isPresent() && seen == disturbance.get().checkpoints()) {
        if (disturbance.get().kill()) {
          suffered.killed(spec, durable(checkpoints));
          fleet.kill(hand);
          return Optional.empty();
        }
        hand.address().tell(new WorkerCommand.Release(assignment.task(), attempt));
      }
    }
  }
}
