package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The workers that can be given a task now, by memory. A task goes to the worker that holds its
 * state, else to one that holds a model, else to the least loaded, and among equals to the smallest
 * device that is large enough.
 */
final class FreeWorkers {
  private static final Comparator<KnownWorker> PREFERENCE =
      Comparator.comparing((KnownWorker worker) -> !worker.isWarm())
          .thenComparingDouble(KnownWorker::load)
          .thenComparingLong(worker -> worker.status().memoryBytes())
          .thenComparing(KnownWorker::id);

  private final Map<WorkerId, KnownWorker> workers = new HashMap<>();
  private final TreeMap<Long, NavigableSet<KnownWorker>> byMemory = new TreeMap<>();

  /** A worker's status and load must not change while it is in here. */
  void add(KnownWorker worker) {
    workers.put(worker.id(), worker);
    byMemory
        .computeIfAbsent(worker.status().memoryBytes(), bytes -> new TreeSet<>(PREFERENCE))
        .add(worker);
  }

  void remove(KnownWorker worker) {
    if (workers.remove(worker.id()) != null) {
      long bytes = worker.status().memoryBytes();
      byMemory.get(bytes).remove(worker);
      if (byMemory.get(bytes).isEmpty()) {
        byMemory.remove(bytes);
      }
    }
  }

  boolean isEmpty() {
    return workers.isEmpty();
  }

  /** Memory of the largest device. */
  long mostMemoryBytes() {
    return byMemory.lastKey();
  }

  /**
   * The worker to propose.
   *
   * @param except workers that must not be proposed
   */
  Optional<KnownWorker> best(Offer offer, Set<WorkerId> except) {
    Stream<KnownWorker> holders =
        offer.preferredWorkers().stream()
            .filter(id -> !except.contains(id))
            .flatMap(id -> Optional.ofNullable(workers.get(id)).stream())
            .filter(worker -> worker.status().memoryBytes() >= offer.memoryBytes());
    return holders
        .min(PREFERENCE)
        .or(
            () ->
                byMemory.tailMap(offer.memoryBytes(), true).values().stream()
                    .flatMap(same -> firstOf(same, except))
                    .min(PREFERENCE));
  }

  private static Stream<KnownWorker> firstOf(
      NavigableSet<KnownWorker> workers, Set<WorkerId> except) {
    return workers.stream().filter(worker -> !except.contains(worker.id())).limit(1);
  }
}
