package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.worker.PlacementMessage.Heartbeat;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** What placement knows of a worker, and for whom its device is held. */
final class KnownWorker {
  /** Time in which past use loses its weight; only the order of two loads matters. */
  private static final double MEMORY_SECONDS = 60;

  private WorkerStatus status;
  private ActorRef<WorkerCommand> ref;
  private long seenNanos;
  private Optional<Hold> hold = Optional.empty();
  private double load = Double.NEGATIVE_INFINITY;

  /**
   * A device is held from the proposal on, or from the first heartbeat that shows a task.
   *
   * @param kind empty when another incarnation of placement proposed the task
   * @param proposed true until a heartbeat shows the task
   * @param sinceNanos when it began
   * @param chargedNanos up to where it was charged to the tenant
   * @param expectedSeconds that were charged ahead and are not used up yet
   */
  record Hold(
      TaskRef task,
      Optional<TaskKind> kind,
      boolean proposed,
      long sinceNanos,
      long chargedNanos,
      double expectedSeconds) {
    String tenant() {
      return task.job().tenant();
    }

    Hold charged(long nowNanos, double expected) {
      return new Hold(task, kind, proposed, sinceNanos, nowNanos, expected);
    }

    Hold shown() {
      return new Hold(task, kind, false, sinceNanos, chargedNanos, expectedSeconds);
    }
  }

  KnownWorker(Heartbeat first, long nowNanos) {
    saw(first, nowNanos);
  }

  void saw(Heartbeat heartbeat, long nowNanos) {
    status = heartbeat.status();
    ref = heartbeat.worker();
    seenNanos = nowNanos;
  }

  WorkerId id() {
    return status.id();
  }

  WorkerStatus status() {
    return status;
  }

  ActorRef<WorkerCommand> ref() {
    return ref;
  }

  long seenNanos() {
    return seenNanos;
  }

  Optional<Hold> hold() {
    return hold;
  }

  void hold(Optional<Hold> next) {
    hold = next;
  }

  /** False when it leaves, or when its device cannot be trusted. */
  boolean takesTasks() {
    return !status.draining() && !status.quarantined();
  }

  /** True when the task may find enough memory here, as far as anybody knows. */
  boolean suits(Offer offer) {
    return takesTasks()
        && status.memoryBytes() >= offer.memoryBytes()
        && !offer.exhaustedWorkers().contains(id());
  }

  /** True when a model is on the device already. */
  boolean isWarm() {
    return !status.residentModels().isEmpty();
  }

  /**
   * Grows with the device-seconds used of late. Each second of use counts as e times as much as one
   * used {@link #MEMORY_SECONDS} earlier, which is kept as a logarithm: the loads of two idle
   * workers then keep their order without being touched.
   */
  double load() {
    return load;
  }

  void used(double seconds, long nowNanos) {
    if (seconds > 0) {
      double added = Math.log(seconds) + nowNanos / 1e9 / MEMORY_SECONDS;
      double larger = Math.max(load, added);
      load = larger + Math.log(Math.exp(load - larger) + Math.exp(added - larger));
    }
  }
}
