package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.owner.OfferLedger;
import dev.voxelmill.actors.placement.PlacementConfig;
import dev.voxelmill.actors.placement.PlacementCore;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Workers and owners on virtual time around a real {@link PlacementCore}: owners tell of their
 * tasks as they do in a cluster, a proposal is granted at once, and a worker holds its device for
 * as long as the task says. Nothing is lost and nothing fails; that is the simulation's subject.
 */
public final class VirtualFleet {
  private static final int PARTITIONS = 24;
  private static final long HEARTBEAT_NANOS = Duration.ofMillis(500).toNanos();
  private static final long REMIND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
  private static final WorkerReport.Progress PROGRESS =
      new WorkerReport.Progress(1, 2, 1, Double.NaN, Double.NaN);

  private final PlacementCore placement;
  private final OfferLedger[] owners = new OfferLedger[PARTITIONS];
  private final List<VirtualWorker> workers = new ArrayList<>();
  private final Map<WorkerId, VirtualWorker> byId = new HashMap<>();
  private final Map<TaskRef, Long> durations = new HashMap<>();
  private final Map<String, Double> deviceSeconds = new TreeMap<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long number;
  private long submitted;
  private long grants;

  private record Event(long at, long number, Runnable action) {}

  private static final class VirtualWorker {
    private final WorkerId id;
    private final long memoryBytes;
    private Optional<TaskRef> running = Optional.empty();

    VirtualWorker(WorkerId id, long memoryBytes) {
      this.id = id;
      this.memoryBytes = memoryBytes;
    }
  }

  /** A fleet of equal workers that have just started. */
  public VirtualFleet(PlacementConfig config, int count) {
    placement = new PlacementCore(config, this::tellOwner);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      owners[partition] = new OfferLedger(partition, "virtual");
      remind(partition);
    }
    for (int i = 0; i < count; i++) {
      VirtualWorker worker = new VirtualWorker(new WorkerId("w" + i), 1L << 34);
      workers.add(worker);
      byId.put(worker.id, worker);
      // Spread over the interval, as they are when processes start one by one.
      after(HEARTBEAT_NANOS * i / count, () -> heartbeat(worker));
    }
  }

  /** A task waits from now on; it will hold a device for that long. */
  public void submit(String tenant, int priority, Duration duration) {
    long id = submitted++;
    TaskRef task = new TaskRef(new JobId(tenant, "j" + id), "synthetic");
    durations.put(task, duration.toNanos());
    owners[partition(task)].offer(
        new PlacementMessage.Offer(
            task,
            TaskKind.SYNTHETIC,
            priority,
            START.toEpochMilli() + now / 1_000_000,
            0,
            List.of(),
            Collections.emptySortedSet(),
            Collections.emptySortedSet()));
  }

  /** Lets virtual time pass. */
  public void run(Duration time) {
    long end = now + time.toNanos();
    while (!events.isEmpty() && events.peek().at() <= end) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
      tellOffers();
      placement.match(now);
    }
    now = end;
  }

  /** How many proposals became grants. */
  public long grants() {
    return grants;
  }

  /** How many tasks placement knows to wait. */
  public int waiting() {
    return placement.waiting();
  }

  /** Device-seconds of ended tasks, by tenant. */
  public Map<String, Double> deviceSeconds() {
    return Collections.unmodifiableMap(deviceSeconds);
  }

  /** What {@code ./voxelmill queue} would show. */
  public FleetRecord snapshot() {
    return placement.snapshot(0, START.plusNanos(now), now, false);
  }

  private void heartbeat(VirtualWorker worker) {
    List<WorkerStatus.RunningTask> running =
        worker.running.stream()
            .map(task -> new WorkerStatus.RunningTask(task, 1, PROGRESS))
            .toList();
    WorkerStatus status =
        new WorkerStatus(
            worker.id,
            1,
            "virtual",
            "cpu",
            "cpu",
            worker.memoryBytes,
            new TreeSet<>(),
            running,
            false);
    // Nobody is told to run anything, so that no actor is needed behind a virtual worker.
    placement.hear(new PlacementMessage.Heartbeat(status, null), now);
    placement.expire(now);
    after(HEARTBEAT_NANOS, () -> heartbeat(worker));
  }

  private void remind(int partition) {
    placement.hear(owners[partition].standing(), now);
    after(REMIND_NANOS, () -> remind(partition));
  }

  private void tellOwner(int partition, OwnerMessage message) {
    switch (message) {
      case OwnerMessage.Proposal proposal -> grant(partition, proposal);
      case OwnerMessage.OffersWanted wanted ->
          after(0, () -> placement.hear(owners[partition].answer(wanted), now));
      default -> throw new IllegalArgumentException("not for a virtual owner: " + message);
    }
  }

  private void grant(int partition, OwnerMessage.Proposal proposal) {
    grants++;
    owners[partition].withdraw(proposal.task());
    VirtualWorker worker = byId.get(proposal.worker());
    worker.running = Optional.of(proposal.task());
    long duration = durations.remove(proposal.task());
    after(duration, () -> end(worker, proposal.task(), duration));
  }

  private void end(VirtualWorker worker, TaskRef task, long duration) {
    worker.running = Optional.empty();
    deviceSeconds.merge(task.job().tenant(), duration / 1e9, Double::sum);
    placement.hear(new PlacementMessage.AttemptEnded(task, 1, worker.id), now);
  }

  private void tellOffers() {
    for (OfferLedger owner : owners) {
      owner.news().ifPresent(news -> placement.hear(news, now));
    }
  }

  private static int partition(TaskRef task) {
    return Math.floorMod(task.job().hashCode(), PARTITIONS);
  }

  private void after(long delay, Runnable action) {
    events.add(new Event(now + delay, number++, action));
  }
}
