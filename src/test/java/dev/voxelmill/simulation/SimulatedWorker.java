package dev.voxelmill.simulation;

import dev.voxelmill.gpu.worker.WorkerDecisions;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;

/** One incarnation of a worker process: real decisions, an imitated device. */
final class SimulatedWorker implements WorkerDecisions.Surroundings {
  private static final Duration HEARTBEAT = Duration.ofMillis(500);
  private static final Duration RESEND = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final WorkerAddress address;
  private final WorkerDecisions decisions;
  private Optional<SimulatedDevice> device = Optional.empty();

  SimulatedWorker(Cluster cluster, WorkerAddress address) {
    this.cluster = cluster;
    this.address = address;
    this.decisions = new WorkerDecisions(this);
    heartbeat();
    resend();
  }

  WorkerAddress address() {
    return address;
  }

  void hear(WorkerCommand command) {
    decisions.hear(command);
  }

  void drain() {
    cluster.timeline().note("DRAIN", id());
    decisions.drain();
  }

  private void heartbeat() {
    WorkerStatus status =
        new WorkerStatus(
            id(),
            1,
            "simulated",
            "cpu",
            "cpu",
            1L << 34,
            new TreeSet<>(),
            decisions.running(),
            decisions.isDraining(),
            decisions.isQuarantined());
    cluster.toPlacement(host(), new PlacementMessage.Heartbeat(status, address));
    decisions.heartbeat();
    host().after(HEARTBEAT, this::heartbeat);
  }

  /** A worker whose device is broken ends, and another process takes its place. */
  private void endIfQuarantined() {
    if (decisions.isQuarantined() && !decisions.isDraining()) {
      drain();
    }
  }

  private void resend() {
    endIfQuarantined();
    if (cluster.sabotage() != Sabotage.REPORTS_NOT_REPEATED) {
      decisions.resend();
    }
    host().after(RESEND, this::resend);
  }

  @Override
  public void begin(Assignment assignment) {
    device.ifPresent(
        busy -> {
          throw new Violation("I7 a device runs one attempt", id() + ": " + assignment.task());
        });
    SimulatedDevice begun = new SimulatedDevice(this, cluster, assignment);
    device = Optional.of(begun);
    begun.load();
  }

  @Override
  public void halt(TaskRef task, int attempt) {
    device.ifPresent(SimulatedDevice::halt);
  }

  @Override
  public void release(TaskRef task, int attempt) {
    device.ifPresent(SimulatedDevice::release);
  }

  @Override
  public void finish(TaskRef task, int attempt) {
    device.ifPresent(SimulatedDevice::finish);
  }

  @Override
  public void tell(int partition, TaskRef task, int attempt, long number, WorkerReport report) {
    OwnerMessage.FromWorker message =
        new OwnerMessage.FromWorker(task, attempt, id(), number, report, address);
    cluster.history().said(message);
    cluster.toOwner(host(), partition, message);
  }

  @Override
  public void leave() {
    cluster.left(this);
  }

  /** The device is free again. */
  void idle() {
    device = Optional.empty();
  }

  WorkerDecisions decisions() {
    return decisions;
  }

  Host host() {
    return address.host();
  }

  WorkerId id() {
    return address.worker();
  }
}
