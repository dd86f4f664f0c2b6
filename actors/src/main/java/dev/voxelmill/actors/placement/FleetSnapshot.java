package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.FleetRecord.Queued;
import dev.voxelmill.protocols.topic.FleetRecord.WaitReason;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What placement knows, cut down to what can be shown: counts of everything, and the first of each
 * list.
 *
 * @param workers that were heard of lately
 * @param tasks that wait, those included that were proposed
 * @param listening true while nothing is proposed yet
 */
record FleetSnapshot(
    Collection<KnownWorker> workers,
    Map<TaskRef, WaitingTask> tasks,
    Collection<PlacementCore.Proposed> proposals,
    FairShare share,
    ExpectedTime expected,
    DeviceTime used,
    List<FleetRecord.Contested> contested,
    boolean listening) {

  FleetRecord at(long epoch, Instant at, long nowNanos) {
    return new FleetRecord(
        epoch,
        at,
        workers.stream().limit(FleetRecord.SHOWN_WORKERS).map(KnownWorker::status).toList(),
        workers.size(),
        queue(),
        tasks.size(),
        tenants(nowNanos),
        share.tenants().size(),
        contested);
  }

  private List<Queued> queue() {
    List<Queued> queue = new ArrayList<>();
    for (PlacementCore.Proposed proposal : proposals) {
      WaitingTask task = tasks.get(proposal.task());
      if (task != null && queue.size() < FleetRecord.SHOWN_QUEUE) {
        queue.add(queued(task, WaitReason.PROPOSED, List.of(proposal.worker())));
      }
    }
    Iterator<WaitingTask> next = new Turns(share, expected);
    Optional<Long> largest = largestDevice();
    while (next.hasNext() && queue.size() < FleetRecord.SHOWN_QUEUE) {
      WaitingTask task = next.next();
      queue.add(queued(task, reason(task, largest), List.of()));
    }
    return queue;
  }

  private static Queued queued(WaitingTask task, WaitReason reason, List<WorkerId> proposed) {
    return new Queued(
        task.task(),
        task.offer().priority(),
        Instant.ofEpochMilli(task.offer().queuedAtMillis()),
        reason,
        proposed);
  }

  private Optional<Long> largestDevice() {
    return workers.stream()
        .filter(KnownWorker::takesTasks)
        .map(worker -> worker.status().memoryBytes())
        .max(Comparator.naturalOrder());
  }

  private WaitReason reason(WaitingTask task, Optional<Long> largest) {
    if (listening) {
      return WaitReason.LISTENING;
    }
    if (largest.isEmpty()) {
      return WaitReason.NO_WORKER;
    }
    return task.offer().memoryBytes() > largest.get() ? WaitReason.NO_MEMORY : WaitReason.BUSY;
  }

  private List<FleetRecord.Tenant> tenants(long nowNanos) {
    return share.tenants().stream()
        .sorted(
            Comparator.comparingInt((Tenant tenant) -> -tenant.queue().size())
                .thenComparing(Tenant::name))
        .limit(FleetRecord.SHOWN_TENANTS)
        .map(tenant -> tenant(tenant, nowNanos))
        .toList();
  }

  private FleetRecord.Tenant tenant(Tenant tenant, long nowNanos) {
    return new FleetRecord.Tenant(
        tenant.name(),
        tenant.weight(),
        tenant.held(),
        used.seconds(tenant.name(), nowNanos),
        tenant.queue().byPriority().stream()
            .map(
                waiting ->
                    new FleetRecord.Waiting(
                        waiting.priority(),
                        waiting.tasks(),
                        Instant.ofEpochMilli(waiting.oldestMillis())))
            .toList());
  }

  /** The tasks in the order in which they would be placed if nothing else came. */
  private static final class Turns implements Iterator<WaitingTask> {
    private record Turn(double clock, Tenant tenant, Iterator<WaitingTask> tasks) {}

    private final PriorityQueue<Turn> turns =
        new PriorityQueue<>(
            Comparator.comparingDouble(Turn::clock)
                .thenComparingLong(turn -> turn.tenant().servedAt())
                .thenComparing(turn -> turn.tenant().name()));
    private final ExpectedTime expected;

    Turns(FairShare share, ExpectedTime expected) {
      this.expected = expected;
      for (Tenant tenant : share.backlogged()) {
        turns.add(new Turn(tenant.clock(), tenant, tenant.queue().inOrder()));
      }
    }

    @Override
    public boolean hasNext() {
      return !turns.isEmpty();
    }

    @Override
    public WaitingTask next() {
      Turn turn = turns.remove();
      WaitingTask task = turn.tasks().next();
      if (turn.tasks().hasNext()) {
        double seconds = expected.seconds(task.offer().kind());
        turns.add(
            new Turn(turn.clock() + seconds / turn.tenant().weight(), turn.tenant(), turn.tasks()));
      }
      return task;
    }
  }
}
