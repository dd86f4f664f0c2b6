package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A placement core and what it hears of workers and of one owner's tasks, a line for each. A job is
 * named {@code tenant/job}, or {@code job} for the default tenant's.
 */
final class SmallFleet {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final long GIB = 1L << 30;

  private final List<OwnerMessage> told = new ArrayList<>();
  private final PlacementCore core =
      new PlacementCore(config(), (partition, message) -> told.add(message));
  private final Set<TaskRef> waiting = new HashSet<>();
  private long changes;
  private long now;

  static PlacementConfig config() {
    return new PlacementConfig(
        Duration.ofMillis(1500),
        Duration.ofMillis(2500),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Map.of());
  }

  /** What owners have been told. */
  List<OwnerMessage> told() {
    return List.copyOf(told);
  }

  void hear(PlacementMessage message) {
    core.hear(message, now);
  }

  /** What is proposed now, in order: task and worker of each. */
  List<String> matched() {
    int before = told.size();
    core.match(now);
    return told.subList(before, told.size()).stream()
        .filter(OwnerMessage.Proposal.class::isInstance)
        .map(OwnerMessage.Proposal.class::cast)
        .map(proposal -> proposal.task() + " -> " + proposal.worker())
        .toList();
  }

  FleetRecord snapshot() {
    return core.snapshot(1, NOON, now, false);
  }

  /** Lets time pass, and what is too old by then be forgotten. */
  void pass(Duration time) {
    later(time);
    core.expire(now);
  }

  void later(Duration time) {
    now += time.toNanos();
  }

  /** A worker with the model of the tests is there. */
  void warm(String name) {
    worker(name, GIB, false, true);
  }

  /** One without any model is there. */
  void cold(String name) {
    worker(name, GIB, false, false);
  }

  /** One with these models is there. */
  void holding(String name, String... models) {
    worker(name, GIB, false, List.of(models));
  }

  /** One that runs an attempt is there. */
  void runs(String name, String job, int attempt) {
    worker(
        name,
        GIB,
        false,
        true,
        new WorkerStatus.RunningTask(
            task(job), attempt, new WorkerReport.Progress(1, 10, 1, Double.NaN, Double.NaN)));
  }

  /** The owner of a job tells that a worker is done with an attempt. */
  void ended(String job, int attempt, String worker) {
    hear(new PlacementMessage.AttemptEnded(task(job), attempt, new WorkerId(worker)));
  }

  void worker(
      String name,
      long memory,
      boolean draining,
      boolean model,
      WorkerStatus.RunningTask... running) {
    worker(name, memory, draining, model ? List.of("toy-prior") : List.of(), running);
  }

  private void worker(
      String name,
      long memory,
      boolean draining,
      List<String> models,
      WorkerStatus.RunningTask... running) {
    core.hear(
        new PlacementMessage.Heartbeat(
            new WorkerStatus(
                new WorkerId(name),
                1,
                "h",
                "cpu",
                "cpu",
                memory,
                new TreeSet<>(models),
                List.of(running),
                draining),
            null),
        now);
  }

  /** A task is offered; the holders have its state. */
  void offer(String job, int priority, int waitedSeconds, long memory, String... holders) {
    offer(job, priority, waitedSeconds, memory, ids(holders), new TreeSet<>());
  }

  /** A task is offered that needs these models. */
  void offer(String job, int priority, int waitedSeconds, List<String> models) {
    offer(job, priority, waitedSeconds, 0, models, new TreeSet<>(), new TreeSet<>());
  }

  /** A task is offered that ran out of memory on some workers. */
  void offer(
      String job,
      int priority,
      int waitedSeconds,
      long memory,
      SortedSet<WorkerId> preferred,
      SortedSet<WorkerId> exhausted) {
    offer(job, priority, waitedSeconds, memory, List.of(), preferred, exhausted);
  }

  private void offer(
      String job,
      int priority,
      int waitedSeconds,
      long memory,
      List<String> models,
      SortedSet<WorkerId> preferred,
      SortedSet<WorkerId> exhausted) {
    TaskRef task = task(job);
    waiting.add(task);
    change(
        List.of(
            new Offer(
                task,
                TaskKind.DISTILL,
                priority,
                NOON.minusSeconds(waitedSeconds).toEpochMilli(),
                memory,
                models,
                preferred,
                exhausted)),
        List.of());
  }

  /** A task is offered no more. */
  void withdraw(String job) {
    waiting.remove(task(job));
    change(List.of(), List.of(task(job)));
  }

  private void change(List<Offer> offered, List<TaskRef> withdrawn) {
    long number = ++changes;
    core.hear(
        new Offers(0, "life", number - 1, number, number, waiting.size(), offered, withdrawn), now);
  }

  /** The owner tells that nothing has changed. */
  void remind() {
    core.hear(
        new Offers(0, "life", changes, changes, changes, waiting.size(), List.of(), List.of()),
        now);
  }

  static SortedSet<WorkerId> ids(String... names) {
    return List.of(names).stream()
        .map(WorkerId::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static TaskRef task(String job) {
    return new TaskRef(job.contains("/") ? JobId.parse(job) : new JobId("default", job), "distill");
  }
}
