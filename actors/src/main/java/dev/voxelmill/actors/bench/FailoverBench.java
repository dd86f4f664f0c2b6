package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.StateStream;
import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.launch.ClusterConfig;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * How long the work of processes that die, or are told to stop, stays away: real processes, one
 * after the other, seen by a client that reads topics.
 */
public final class FailoverBench {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int PICTURE_BYTES = 500;

  /** So that faults fall anywhere between two heartbeats of a worker. */
  private static final int HEARTBEAT_MILLIS = 500;

  /** Whatever a stop in order disturbs is over by then. */
  private static final Duration AFTER_TERM = Duration.ofSeconds(8);

  /** Shards move to a node that is new for some time after it has joined. */
  private static final Duration CALM = Duration.ofSeconds(12);

  /** A death is noticed after the times that are configured for it, and some more. */
  private static final int DOUBT = 2;

  private static final Duration UNUSUAL = Duration.ofSeconds(1);
  private static final Duration CALM_LIMIT = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final LocalInstallation running;
  private final InstallationClient client;
  private final Duration afterKill;
  private int jobs;

  /**
   * A bench of a running installation whose workers are idle.
   *
   * @param cluster of its nodes: how long it takes them to take one for dead
   */
  public FailoverBench(
      LocalInstallation running, InstallationClient client, ClusterConfig cluster) {
    this.running = running;
    this.client = client;
    this.afterKill =
        AFTER_TERM.plus(cluster.acceptablePause().plus(cluster.stableAfter()).multipliedBy(DOUBT));
  }

  /**
   * What became of supervisors that ended, one value for each round.
   *
   * @param backMs from the signal until the last partition that was away accepts again
   * @param longestWaitMs longest wait of a request
   * @param attemptsAdded by tasks that ran throughout; 0 when they were left alone
   */
  public record Supervisors(List<Double> backMs, List<Double> longestWaitMs, int attemptsAdded) {}

  /**
   * Kills the worker that runs a task, each round another task.
   *
   * @return milliseconds from the kill until the task's next attempt is known to run elsewhere
   */
  public List<Double> killWorkers(int rounds)
      throws IOException, InterruptedException, InstallationException {
    List<Double> ms = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      JobId job = new JobId("failover", "task-" + jobs++);
      try (StateStream states = client.states(job)) {
        WorkerId worker = start(job, states);
        Thread.sleep(ThreadLocalRandom.current().nextInt(HEARTBEAT_MILLIS));
        String process = running.worker(pid(worker)).orElseThrow();
        long killed = System.nanoTime();
        running.kill(process);
        require(states.await(state -> runs(state, 2).isPresent(), PATIENCE), job + " elsewhere");
        ms.add((System.nanoTime() - killed) / 1e6);
        end(job, states);
        running.bringBack(process);
        awaitIdle(worker);
      }
    }
    return ms;
  }

  /** Kills one supervisor after the other while workers work and clients submit. */
  public Supervisors killSupervisors(int rounds)
      throws IOException, InterruptedException, InstallationException {
    return endSupervisors(rounds, running::kill, afterKill);
  }

  /** Tells one supervisor after the other to stop while workers work and clients submit. */
  public Supervisors terminateSupervisors(int rounds)
      throws IOException, InterruptedException, InstallationException {
    return endSupervisors(rounds, running::terminate, AFTER_TERM);
  }

  private Supervisors endSupervisors(int rounds, Consumer<String> signal, Duration observed)
      throws IOException, InterruptedException, InstallationException {
    List<Double> backMs = new ArrayList<>();
    List<Double> longestWaitMs = new ArrayList<>();
    JobId job = new JobId("failover", "task-" + jobs++);
    int attempts;
    try (StateStream states = client.states(job);
        Trickle trickle = Trickle.start(client.installation())) {
      start(job, states);
      for (int round = 0; round < rounds; round++) {
        awaitCalm(trickle);
        String supervisor = running.supervisors().get(round % running.supervisors().size());
        long signalled = System.nanoTime();
        signal.accept(supervisor);
        Thread.sleep(observed);
        awaitAnswers(trickle);
        Outage outage = Outage.of(trickle.answers(), signalled);
        backMs.add(outage.backMs());
        longestWaitMs.add(outage.longestWaitMs());
        running.bringBack(supervisor);
      }
      attempts = client.job(job).flatMap(state -> newest(state)).orElseThrow().attempt();
      end(job, states);
    }
    return new Supervisors(backMs, longestWaitMs, attempts - 1);
  }

  /** Submits a task that outlasts the bench; returns the worker that runs it. */
  private WorkerId start(JobId job, StateStream states) throws IOException, InterruptedException {
    client.submit(
        new Submission(
                job,
                "synthetic",
                NoisePictures.base64(PICTURE_BYTES).getFirst(),
                Submission.KnownCamera.UNKNOWN,
                OptionalLong.empty(),
                new TreeMap<>(
                    Map.of(
                        "synthetic.steps", "1000000",
                        "synthetic.stepMillis", "20",
                        "checkpoint.everySteps", "50")),
                Submission.Wishes.NONE)
            .toJson());
    JobState state =
        require(states.await(now -> runs(now, 1).isPresent(), PATIENCE), job + " running");
    return runs(state, 1).orElseThrow();
  }

  private void end(JobId job, StateStream states) throws IOException, InterruptedException {
    client.order(new JobCommand("end-" + job.id(), job, new JobCommand.Cancel()));
    require(states.await(JobState.Finished.class::isInstance, PATIENCE), job + " cancelled");
  }

  private long pid(WorkerId worker) {
    FleetRecord fleet =
        require(client.awaitFleet(now -> status(now, worker).isPresent(), PATIENCE), "the fleet");
    return status(fleet, worker).orElseThrow().pid();
  }

  /** All workers but the one that was killed, and the one in its place, have nothing to do. */
  private void awaitIdle(WorkerId killed) {
    require(
        client.awaitFleet(
            fleet ->
                status(fleet, killed).isEmpty()
                    && fleet.workers().size() == running.workerCount()
                    && fleet.workers().stream().allMatch(worker -> worker.running().isEmpty()),
            PATIENCE),
        "idle workers");
  }

  private static Optional<WorkerStatus> status(FleetRecord fleet, WorkerId worker) {
    return fleet.workers().stream().filter(status -> status.id().equals(worker)).findFirst();
  }

  /** The worker that is known to run the job's task in that attempt or a later one. */
  private static Optional<WorkerId> runs(JobState state, int attempt) {
    return newest(state)
        .filter(task -> task.attempt() >= attempt && task.status() instanceof TaskStatus.Running)
        .flatMap(task -> task.status().holder());
  }

  private static Optional<TaskState> newest(JobState state) {
    return state instanceof JobState.Active active
        ? Optional.of(active.tasks().getFirst())
        : Optional.empty();
  }

  /**
   * Waits until requests have been accepted as usual for a while; a busy machine has no such while.
   */
  private static void awaitCalm(Trickle trickle) throws InterruptedException {
    long begun = System.nanoTime();
    long calmSince = begun;
    while (System.nanoTime() - calmSince < CALM.toNanos()
        && System.nanoTime() - begun < CALM_LIMIT.toNanos()) {
      Thread.sleep(LOOK);
      if (trickle.oldestWaitNanos() > UNUSUAL.toNanos()) {
        calmSince = System.nanoTime();
      }
    }
  }

  /** Waits until what was sent during the outage is accepted. */
  private static void awaitAnswers(Trickle trickle) throws InterruptedException {
    long begun = System.nanoTime();
    while (trickle.oldestWaitNanos() > UNUSUAL.toNanos()) {
      Thread.sleep(LOOK);
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "requests are not accepted within %s (see the logs)".formatted(PATIENCE));
      }
    }
  }

  private static <T> T require(Optional<T> found, String what) {
    return found.orElseThrow(
        () ->
            new IllegalStateException(
                "%s: not seen within %s (see the logs)".formatted(what, PATIENCE)));
  }
}
