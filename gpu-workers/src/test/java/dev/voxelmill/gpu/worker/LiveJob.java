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
 * or asked to release at random moments.
 */
final class LiveJob {
  private static final int MOST_DISTURBANCES = 2;
  private static final int LATEST_CHECKPOINT = 4;

  private final Fleet fleet;
  private final JobRequest request;
  private final Random random;
  private final Map<String, TaskOutput> outputs = new LinkedHashMap<>();
  private int kills;
  private int releases;

  LiveJob(Fleet fleet, JobRequest request, Random random) {
    this.fleet = fleet;
    this.request = request;
    this.random = random;
  }

  /** What every task left, by its name. */
  Map<String, TaskOutput> run() throws InterruptedException {
    for (TaskSpec spec : Plans.of(request).tasks()) {
      outputs.put(spec.name(), run(spec));
    }
    return outputs;
  }

  /** Workers that were killed while they held a task of the job. */
  int kills() {
    return kills;
  }

  /** Attempts that were given back with a checkpoint. */
  int releases() {
    return releases;
  }

  private TaskOutput run(TaskSpec spec) throws InterruptedException {
    int disturbances = random.nextInt(MOST_DISTURBANCES + 1);
    List<CheckpointManifest> checkpoints = new ArrayList<>();
    for (int attempt = 1; ; attempt++) {
      Optional<Disturbance> disturbance =
          attempt <= disturbances
              ? Optional.of(
                  new Disturbance(random.nextInt(LATEST_CHECKPOINT), random.nextBoolean()))
              : Optional.empty();
      Optional<TaskOutput> output = attempt(spec, attempt, checkpoints, disturbance);
      if (output.isPresent()) {
        return output.get();
      }
    }
  }

  /**
   * What is done to an attempt.
   *
   * @param checkpoints after how many of them; 0 is when the attempt starts
   */
  private record Disturbance(int checkpoints, boolean kill) {}

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
          releases++;
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
          kills++;
          fleet.kill(hand);
          return Optional.empty();
        }
        hand.address().tell(new WorkerCommand.Release(assignment.task(), attempt));
      }
    }
  }
}
