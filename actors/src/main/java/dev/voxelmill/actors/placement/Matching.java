package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which waiting task goes to which free worker: a pure function of what placement knows.
 *
 * <p>Tasks go by priority, raised by one level for each {@code ageing} that they have waited; among
 * equals, the tenant that used fewer device-seconds goes first, then the older task. A task goes to
 * the worker that holds its state, else to one that holds a model, else to the least loaded.
 *
 * @param workers that are free, with the device-seconds that each used of late
 * @param offers that wait for a worker
 * @param tenantSeconds device-seconds that each tenant used of late
 */
record Matching(
    List<FreeWorker> workers,
    List<Offer> offers,
    Map<String, Double> tenantSeconds,
    Duration ageing) {
  /** What a tenant is taken to use for a task that was only just placed. */
  private static final double ASSUMED_SECONDS = 1;

  /** A worker that can be given a task. */
  record FreeWorker(WorkerStatus status, double usedSeconds) {
    WorkerId id() {
      return status.id();
    }
  }

  /** A task and the worker to propose for it. */
  record Match(Offer offer, WorkerId worker) {}

  /** As many matches as there are both workers and tasks. */
  List<Match> matches(Instant now) {
    List<FreeWorker> free = new ArrayList<>(workers);
    List<Offer> waiting = new ArrayList<>(offers);
    Map<String, Double> used = new HashMap<>(tenantSeconds);
    List<Match> matches = new ArrayList<>();
    while (!free.isEmpty() && !waiting.isEmpty()) {
      Offer next = waiting.stream().min(order(used, now)).orElseThrow();
      FreeWorker best = free.stream().min(preference(next)).orElseThrow();
      matches.add(new Match(next, best.id()));
      waiting.remove(next);
      free.remove(best);
      used.merge(next.task().job().tenant(), ASSUMED_SECONDS, Double::sum);
    }
    return matches;
  }

  /** The order in which tasks are placed. */
  Comparator<Offer> order(Map<String, Double> used, Instant now) {
    return Comparator.comparingLong((Offer offer) -> -effectivePriority(offer, now))
        .thenComparingDouble(offer -> used.getOrDefault(offer.task().job().tenant(), 0.0))
        .thenComparingLong(Offer::queuedAtMillis)
        .thenComparing(offer -> offer.task().toString());
  }

  private long effectivePriority(Offer offer, Instant now) {
    long waitedMillis = Math.max(0, now.toEpochMilli() - offer.queuedAtMillis());
    return offer.priority() + waitedMillis / ageing.toMillis();
  }

  private static Comparator<FreeWorker> preference(Offer offer) {
    return Comparator.comparing(
            (FreeWorker worker) -> !offer.preferredWorkers().contains(worker.id()))
        .thenComparing(worker -> worker.status().residentModels().isEmpty())
        .thenComparingDouble(FreeWorker::usedSeconds)
        .thenComparing(FreeWorker::id);
  }
}
