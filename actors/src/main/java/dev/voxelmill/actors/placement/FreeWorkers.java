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
 * The workers that can be given a task now. A task goes to the worker that holds its state, else to
 * one that holds its model, else to the least loaded of those that hold any, and among equals to
 * the smallest device that is large enough.
 */
final class FreeWorkers {
  private static final Comparator<KnownWorker> PREFERENCE =
      Comparator.comparing((KnownWorker worker) -> !worker.isWarm())
          .thenComparingDouble(KnownWorker::load)
          .thenComparingLong(worker -> worker.status().memoryBytes())
          .thenComparing(KnownWorker::id);

  private final Map<WorkerId, KnownWorker> workers = new HashMap<>();
  private final Pool all = new Pool();
  private final Map<String, Pool> byModel = new HashMap<>();

  /** Workers by memory, those of the same memory by preference. */
  private static final class Pool {
    private final TreeMap<Long, NavigableSet<KnownWorker>> byMemory = new TreeMap<>();

    void add(KnownWorker worker) {
      byMemory
          .computeIfAbsent(worker.status().memoryBytes(), bytes -> new TreeSet<>(PREFERENCE))
          .add(worker);
    }

    /** Returns whether nobody is left. */
    boolean remove(KnownWorker worker) {
      long bytes = worker.status().memoryBytes();
      byMemory.get(bytes).remove(worker);
      if (byMemory.get(bytes).isEmpty()) {
        byMemory.remove(bytes);
      }
      return byMemory.isEmpty();
    }

    Stream<KnownWorker> best(long memoryBytes, Set<WorkerId> except) {
      return byMemory.tailMap(memoryBytes, true).values().stream()
          .flatMap(same -> same.stream().filter(worker -> !except.contains(worker.id())).limit(1))
          .min(PREFERENCE)
          .stream();
    }
  }

  /** A worker's status and load must not change while it is in here. */
  void add(KnownWorker worker) {
    workers.put(worker.id(), worker);
    all.add(worker);
    for (String model : worker.status().residentModels()) {
      byModel.computeIfAbsent(model, name -> new Pool()).add(worker);
    }
  }

  void remove(KnownWorker worker) {
    if (workers.remove(worker.id()) != null) {
      all.remove(worker);
      for (String model : worker.status().residentModels()) {
        if (byModel.get(model).remove(worker)) {
          byModel.remove(model);
        }
      }
    }
  }

  boolean isEmpty() {
    return workers.isEmpty();
  }

  /** Memory of the largest device. */
  long mostMemoryBytes() {
    return all.byMemory.lastKey();
  }

  /**
   * The worker to propose.
   *
   * @param except workers that must not be proposed
   */
  Optional<KnownWorker> best(Offer offer, Set<WorkerId> except) {
    return withState(offer, except)
        .or(() -> withModel(offer, except))
        .or(() -> all.best(offer.memoryBytes(), except).findFirst());
  }

  private Optional<KnownWorker> withState(Offer offer, Set<WorkerId> except) {
    return offer.preferredWorkers().stream()
        .filter(id -> !except.contains(id))
        .flatMap(id -> Optional.ofNullable(workers.get(id)).stream())
        .filter(worker -> worker.status().memoryBytes() >= offer.memoryBytes())
        .min(mostModelsOf(offer));
  }

  private Optional<KnownWorker> withModel(Offer offer, Set<WorkerId> except) {
    return offer.models().stream()
        .flatMap(model -> Optional.ofNullable(byModel.get(model)).stream())
        .flatMap(pool -> pool.best(offer.memoryBytes(), except))
        .min(mostModelsOf(offer));
  }

  private static Comparator<KnownWorker> mostModelsOf(Offer offer) {
    return Comparator.comparingLong(
            (KnownWorker worker) ->
                offer.models().stream()
                    .filter(model -> !worker.status().residentModels().contains(model))
                    .count())
        .thenComparing(PREFERENCE);
  }
}
