package dev.voxelmill.simulation;

import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the cluster notices of its workers: when it has not reached one for some seconds, rightly or
 * not, it tells every owner.
 */
final class WorkerNodes {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final Cluster cluster;
  private final Map<WorkerId, Long> reachedAt = new TreeMap<>();

  WorkerNodes(Cluster cluster) {
    this.cluster = cluster;
  }

  void tick() {
    long now = cluster.timeline().now();
    for (Host gpu : cluster.gpus()) {
      cluster
          .worker(gpu)
          .filter(worker -> isReached(gpu))
          .ifPresent(worker -> reachedAt.put(worker.id(), now));
    }
    List<WorkerId> lost =
        reachedAt.entrySet().stream()
            .filter(reached -> now - reached.getValue() > PATIENCE.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    for (WorkerId worker : lost) {
      reachedAt.remove(worker);
      cluster.anySupervisor().ifPresent(supervisor -> tell(supervisor, worker));
    }
  }

  private void tell(Host supervisor, WorkerId worker) {
    cluster.timeline().note("GONE", worker);
    for (int partition = 0; partition < Cluster.PARTITIONS; partition++) {
      cluster.toOwner(supervisor, partition, new OwnerMessage.WorkerGone(worker));
    }
  }

  private boolean isReached(Host gpu) {
    return gpu.responds()
        && cluster.supervisors().stream()
            .filter(Host::responds)
            .anyMatch(
                supervisor ->
                    !cluster.network().isCut(gpu, supervisor)
                        && !cluster.network().isCut(supervisor, gpu));
  }
}
