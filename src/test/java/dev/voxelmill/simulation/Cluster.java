package dev.voxelmill.simulation;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hosts, what runs on them, and where messages find it. Membership is that of a cluster that takes
 * seconds to notice: until then a host that nobody reaches keeps its owners, and so may go on as a
 * zombie beside their successors.
 */
final class Cluster {
  static final int PARTITIONS = 3;

  private static final Duration TICK = Duration.ofMillis(500);

  private final Timeline timeline;
  private final Sabotage sabotage;
  private final SupervisorConfig config = SupervisorConfig.load();
  private final SimulatedLog.Brokers brokers = new SimulatedLog.Brokers();
  private final Network network;
  private final History history;
  private final CheckpointTopic checkpoints;
  private final Membership membership;
  private final WorkerNodes workerNodes = new WorkerNodes(this);
  private final List<SimulatedLog> logs = new ArrayList<>();
  private final List<Host> gpus = new ArrayList<>();
  private final Map<Host, SimulatedWorker> workers = new HashMap<>();
  private final Map<Place, SimulatedOwner> owners = new HashMap<>();
  private final Map<Host, SimulatedPlacement> placements = new HashMap<>();
  private final Map<Integer, Host> homes = new HashMap<>();
  private Host placementHome;
  private long unique;
  private double deviceFailures;

  private record Place(Host host, int partition) {}

  Cluster(Timeline timeline, Sabotage sabotage, int gpuCount) {
    this.timeline = timeline;
    this.sabotage = sabotage;
    this.network = new Network(timeline);
    this.history = new History(timeline);
    this.checkpoints = new CheckpointTopic(history, sabotage);
    this.membership = new Membership(timeline, network, this::leave);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      logs.add(new SimulatedLog(timeline, brokers, sabotage, history, checkpoints));
      homes.put(partition, supervisors().get(partition % supervisors().size()));
    }
    placementHome = supervisors().getFirst();
    for (int gpu = 0; gpu < gpuCount; gpu++) {
      Host host = new Host(timeline, "gpu-" + gpu);
      gpus.add(host);
      startWorker(host);
    }
    tick();
  }

  private void tick() {
    membership.tick();
    workerNodes.tick();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      keepOwner(partition);
    }
    keepPlacement();
    timeline.after(TICK, this::tick);
  }

  /** What runs on a host that the others gave up ends when the host learns of it. */
  private void leave(Host host) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      Optional.ofNullable(owners.remove(new Place(host, partition)))
          .ifPresent(SimulatedOwner::stop);
    }
    Optional.ofNullable(placements.remove(host)).ifPresent(SimulatedPlacement::stop);
  }

  private void keepOwner(int partition) {
    if (!membership.isMember(homes.get(partition))) {
      membership.anyMember().ifPresent(host -> homes.put(partition, host));
    }
    Host home = homes.get(partition);
    if (home.responds() && membership.isMember(home)) {
      owners.computeIfAbsent(
          new Place(home, partition),
          place -> new SimulatedOwner(this, home, partition, config.owner()));
    }
  }

  private void keepPlacement() {
    if (!membership.isMember(placementHome)) {
      membership.anyMember().ifPresent(host -> placementHome = host);
    }
    if (placementHome.responds() && membership.isMember(placementHome)) {
      placements.computeIfAbsent(
          placementHome, host -> new SimulatedPlacement(this, host, config.placement()));
    }
  }

  void killSupervisor(Host host) {
    host.kill();
    leave(host);
  }

  void startSupervisor(Host host) {
    host.start();
    membership.restarted(host);
  }

  void killWorker(Host host) {
    host.kill();
    workers.remove(host);
  }

  void startWorker(Host host) {
    host.start();
    WorkerId id = new WorkerId(host.name() + "-" + unique());
    workers.put(host, new SimulatedWorker(this, new WorkerAddress(id, host)));
  }

  /** A worker that was told to leave has nothing left to do. */
  void left(SimulatedWorker worker) {
    timeline.note("LEFT", worker.id());
    Host host = worker.host();
    timeline.after(
        Duration.ZERO,
        () -> {
          if (workers.get(host) == worker) {
            killWorker(host);
            timeline.after(timeline.between(100, 3000), () -> startWorker(host));
          }
        });
  }

  /** A supervisor that the others count among them, if one responds. */
  Optional<Host> anySupervisor() {
    return membership.anyMember();
  }

  Optional<SimulatedWorker> worker(Host host) {
    return Optional.ofNullable(workers.get(host));
  }

  void toOwner(Host from, int partition, OwnerMessage message) {
    network.send(
        from,
        () -> homes.get(partition),
        () ->
            Optional.ofNullable(owners.get(new Place(homes.get(partition), partition)))
                .ifPresent(owner -> owner.hear(sabotaged(message))));
  }

  private OwnerMessage sabotaged(OwnerMessage message) {
    return sabotage == Sabotage.STALE_REPORTS_ACCEPTED
            && message instanceof OwnerMessage.FromWorker report
        ? history.asIfCurrent(report)
        : message;
  }

  void toPlacement(Host from, PlacementMessage message) {
    network.send(
        from,
        () -> placementHome,
        () ->
            Optional.ofNullable(placements.get(placementHome))
                .ifPresent(placement -> placement.hear(message)));
  }

  void toWorker(Host from, WorkerAddress worker, WorkerCommand command) {
    history.told(worker.worker(), command);
    network.send(
        from,
        worker::host,
        () ->
            worker(worker.host())
                .filter(now -> now.address().equals(worker))
                .ifPresent(now -> now.hear(command)));
  }

  /** Forwards to the home partition, as the intake's transaction does. */
  void forward(IntakeRecord record) {
    logs.get(home(record.job())).append(record);
  }

  static int home(JobId job) {
    return Math.floorMod(job.hashCode(), PARTITIONS);
  }

  /** How often a device fails, for each step. */
  void deviceFailures(double share) {
    deviceFailures = share;
  }

  boolean deviceFails() {
    return timeline.chance(deviceFailures);
  }

  boolean isLast(Assignment assignment) {
    return Plans.of(assignment.request()).tasks().getLast().name().equals(assignment.spec().name());
  }

  String unique() {
    return Long.toString(++unique);
  }

  Timeline timeline() {
    return timeline;
  }

  Sabotage sabotage() {
    return sabotage;
  }

  Network network() {
    return network;
  }

  SimulatedLog.Brokers brokers() {
    return brokers;
  }

  History history() {
    return history;
  }

  CheckpointTopic checkpoints() {
    return checkpoints;
  }

  SimulatedLog log(int partition) {
    return logs.get(partition);
  }

  List<Host> supervisors() {
    return membership.hosts();
  }

  List<Host> gpus() {
    return gpus;
  }

  boolean isFinished(JobId job) {
    return history.announced().end(job).isPresent();
  }
}
