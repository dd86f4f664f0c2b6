package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.PlacementMessage.AttemptEnded;
import dev.voxelmill.protocols.worker.PlacementMessage.Heartbeat;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Proposes workers for tasks. It owns nothing durable: workers and tasks are known only while they
 * keep telling of themselves, and the owner of a task decides whether a proposal becomes a grant.
 * The cluster singleton manager starts it anew on another node when its node leaves; the new one
 * listens for {@link PlacementConfig#settle} before it proposes.
 */
public final class Placement extends AbstractBehavior<Placement.Command> {
  /** Everything that reaches placement; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  private record FromCluster(PlacementMessage message) implements Command {}

  private record WorkerSilent(WorkerId worker) implements Command {}

  private record OwnerSilent(int partition) implements Command {}

  private record ProposalUnanswered(TaskRef task, WorkerId worker) implements Command {}

  private enum Timer implements Command {
    SETTLED,
    MATCH,
    FLEET
  }

  /** Reaches the owner of a partition. */
  @FunctionalInterface
  public interface Owners {
    void tell(int partition, OwnerMessage message);
  }

  private record KnownWorker(
      WorkerStatus status, ActorRef<WorkerCommand> ref, Instant seen, Optional<TaskRef> reserved) {
    KnownWorker reservedFor(Optional<TaskRef> task) {
      return new KnownWorker(status, ref, seen, task);
    }
  }

  private record Proposed(TaskRef task, WorkerId worker) {}

  private record Waiting(int partition, Offer offer) {}

  /** Keeps what the replicas tell of. */
  private final class WaitingTasks implements OfferReplica.Listener {
    @Override
    public void offered(int partition, Offer offer) {
      offers.put(offer.task(), new Waiting(partition, offer));
    }

    @Override
    public void withdrawn(TaskRef task) {
      offers.remove(task);
      proposals.remove(task);
    }
  }

  /** Changes within this time are matched together. */
  private static final Duration MATCH_DELAY = Duration.ofMillis(10);

  /** An owner that has not answered within this time is asked again. */
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private static final int SHOWN_QUEUE = 100;

  private final PlacementConfig config;
  private final InstantSource clock;
  private final Owners owners;
  private final Consumer<FleetRecord> fleet;
  private final TimerScheduler<Command> timers;
  private final long epoch;
  private final Map<WorkerId, KnownWorker> workers = new TreeMap<>();
  private final Map<Integer, OfferReplica> replicas = new HashMap<>();
  private final Map<TaskRef, Waiting> offers = new LinkedHashMap<>();
  private final OfferReplica.Listener waiting = new WaitingTasks();
  private final Map<TaskRef, WorkerId> proposals = new HashMap<>();
  private final Map<WorkerId, AttemptEnded> ended = new HashMap<>();
  private final DeviceTime tenantTime;
  private final DeviceTime workerTime;
  private boolean settled;

  private Placement(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PlacementConfig config,
      InstantSource clock,
      Outlets outlets) {
    super(context);
    context.setLoggerName(Placement.class);
    this.config = config;
    this.clock = clock;
    this.owners = outlets.owners();
    this.fleet = outlets.fleet();
    this.timers = timers;
    this.epoch = clock.millis();
    this.tenantTime = new DeviceTime(config.fairnessWindow());
    this.workerTime = new DeviceTime(config.fairnessWindow());
    timers.startSingleTimer(Timer.SETTLED, config.settle());
    timers.startTimerAtFixedRate(Timer.FLEET, config.fleetInterval());
  }

  /**
   * Where placement's words go.
   *
   * @param owners the owners of the partitions
   * @param fleet takes the snapshot of every second; must not block
   */
  public record Outlets(Owners owners, Consumer<FleetRecord> fleet) {}

  public static Behavior<PlacementMessage> create(
      PlacementConfig config, InstantSource clock, Outlets outlets) {
    Behavior<Command> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new Placement(context, timers, config, clock, outlets)));
    return Behaviors.transformMessages(
        PlacementMessage.class,
        behavior,
        match -> match.match(PlacementMessage.class, FromCluster::new));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case FromCluster from -> onMessage(from.message());
      case WorkerSilent silent -> onWorkerSilent(silent.worker());
      case OwnerSilent silent -> replicas.remove(silent.partition()).clear(waiting);
      case ProposalUnanswered late -> onProposalUnanswered(late);
      case Timer timer -> onTimer(timer);
    }
    return this;
  }

  private void onMessage(PlacementMessage message) {
    switch (message) {
      case Heartbeat heartbeat -> onHeartbeat(heartbeat);
      case Offers offers -> onOffers(offers);
      case AttemptEnded over -> onAttemptEnded(over);
    }
  }

  private void onHeartbeat(Heartbeat heartbeat) {
    WorkerStatus status = heartbeat.status();
    Instant now = clock.instant();
    KnownWorker known = workers.get(status.id());
    if (known == null) {
      getContext().getLog().info("worker {} joined, device {}", status.id(), status.deviceClass());
    } else {
      account(known, now);
    }
    Optional<TaskRef> reserved =
        known != null && status.running().stream().allMatch(this::isOver)
            ? known.reserved()
            : Optional.empty();
    workers.put(status.id(), new KnownWorker(status, heartbeat.worker(), now, reserved));
    timers.startSingleTimer(
        new WorkerSilent(status.id()), new WorkerSilent(status.id()), config.heartbeatTimeout());
    matchSoon();
  }

  /** The time since the last heartbeat belongs to the tenant whose task it showed. */
  private void account(KnownWorker known, Instant now) {
    for (WorkerStatus.RunningTask running : known.status().running()) {
      Duration used = Duration.between(known.seen(), now);
      tenantTime.add(running.task().job().tenant(), used, now);
      workerTime.add(known.status().id().name(), used, now);
    }
  }

  private void onOffers(Offers news) {
    replicas
        .computeIfAbsent(news.partition(), partition -> new OfferReplica())
        .apply(news, System.nanoTime(), ANSWER.toNanos(), waiting)
        .ifPresent(wanted -> owners.tell(news.partition(), wanted));
    OwnerSilent silent = new OwnerSilent(news.partition());
    timers.startSingleTimer(silent, silent, config.offerTimeout());
    matchSoon();
  }

  private void onAttemptEnded(AttemptEnded over) {
    ended.put(over.worker(), over);
    KnownWorker known = workers.get(over.worker());
    if (known != null && known.reserved().equals(Optional.of(over.task()))) {
      workers.put(over.worker(), known.reservedFor(Optional.empty()));
    }
    proposals.remove(over.task(), over.worker());
    matchSoon();
  }

  private void onWorkerSilent(WorkerId worker) {
    getContext().getLog().info("worker {} fell silent and is forgotten", worker);
    workers.remove(worker);
    ended.remove(worker);
  }

  private void onProposalUnanswered(ProposalUnanswered late) {
    proposals.remove(late.task(), late.worker());
    KnownWorker known = workers.get(late.worker());
    if (known != null && known.reserved().equals(Optional.of(late.task()))) {
      workers.put(late.worker(), known.reservedFor(Optional.empty()));
    }
    matchSoon();
  }

  private void onTimer(Timer timer) {
    switch (timer) {
      case SETTLED -> {
        settled = true;
        match();
      }
      case MATCH -> match();
      case FLEET -> fleet.accept(snapshot());
    }
  }

  private void matchSoon() {
    if (settled && !timers.isTimerActive(Timer.MATCH)) {
      timers.startSingleTimer(Timer.MATCH, MATCH_DELAY);
    }
  }

  private void match() {
    Instant now = clock.instant();
    for (Matching.Match match : matching(now).matches(now)) {
      TaskRef task = match.offer().task();
      KnownWorker worker = workers.get(match.worker());
      workers.put(match.worker(), worker.reservedFor(Optional.of(task)));
      proposals.put(task, match.worker());
      timers.startSingleTimer(
          new Proposed(task, match.worker()),
          new ProposalUnanswered(task, match.worker()),
          config.proposalTimeout());
      owners.tell(
          offers.get(task).partition(),
          new OwnerMessage.Proposal(task, match.worker(), worker.ref()));
    }
  }

  private Matching matching(Instant now) {
    List<Matching.FreeWorker> free =
        workers.values().stream()
            .filter(this::isFree)
            .map(
                worker ->
                    new Matching.FreeWorker(
                        worker.status(), workerTime.seconds(worker.status().id().name(), now)))
            .toList();
    List<Offer> waiting =
        offers.values().stream()
            .map(Waiting::offer)
            .filter(offer -> !proposals.containsKey(offer.task()))
            .toList();
    Map<String, Double> tenantSeconds =
        waiting.stream()
            .map(offer -> offer.task().job().tenant())
            .distinct()
            .collect(Collectors.toMap(t -> t, t -> tenantTime.seconds(t, now)));
    return new Matching(free, waiting, tenantSeconds, config.ageing());
  }

  private boolean isFree(KnownWorker worker) {
    return !worker.status().draining()
        && !worker.status().quarantined()
        && worker.reserved().isEmpty()
        && worker.status().running().stream().allMatch(this::isOver);
  }

  /** A heartbeat may be older than the owner's word that the attempt which it shows is over. */
  private boolean isOver(WorkerStatus.RunningTask running) {
    return ended.values().stream()
        .anyMatch(
            over -> over.task().equals(running.task()) && over.attempt() == running.attempt());
  }

  private FleetRecord snapshot() {
    Instant now = clock.instant();
    Comparator<Offer> order = matching(now).order(Map.of(), now);
    List<FleetRecord.Queued> queue =
        offers.values().stream()
            .map(Waiting::offer)
            .sorted(order)
            .limit(SHOWN_QUEUE)
            .map(
                offer ->
                    new FleetRecord.Queued(
                        offer.task(),
                        offer.priority(),
                        Instant.ofEpochMilli(offer.queuedAtMillis()),
                        Optional.ofNullable(proposals.get(offer.task())).stream().toList()))
            .toList();
    return new FleetRecord(
        epoch,
        now,
        workers.values().stream().map(KnownWorker::status).toList(),
        queue,
        offers.size());
  }
}
