package dev.voxelmill.actors;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.intake.Intake;
import dev.voxelmill.actors.owner.OwnerStore;
import dev.voxelmill.actors.owner.PartitionOwner;
import dev.voxelmill.actors.placement.Placement;
import dev.voxelmill.actors.sight.LogWatch;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerShards;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.ClusterStateSubscription;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The root of a supervisor node. Once the node and enough others are members it hosts placement and
 * owners, starts the intake, keeps every owner of the cluster alive, wherever it runs, and tells
 * owners of workers that the cluster has lost; it says so when all partitions are owned. When it
 * fails the node ends.
 *
 * <p>A cluster that is too small does nothing: it may be one that a cut-off node has founded beside
 * a living one. Its nodes give their membership up after a while and look again.
 */
final class Supervisor extends AbstractBehavior<Supervisor.Command> {
  /** Everything that reaches the root; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  private record Up() implements Command {}

  private record Changed(ClusterEvent.MemberEvent event) implements Command {}

  private record Owned(int partition) implements Command {}

  private enum Timer implements Command {
    KEEP_ALIVE,
    TOO_FEW
  }

  /** The cluster cannot reach the node any more; it may yet remove it. */
  private record Lost(Member member) implements Command {}

  /** The node leaves: an owner that moves away must not be called back. */
  private record Leave() implements Command {}

  /**
   * What a node works with.
   *
   * @param partitions number of home partitions
   * @param quorum supervisors of which this is one, before anything begins
   * @param log asks the brokers whether every home partition's log answers
   * @param fleet takes placement's snapshots; must not block
   * @param intake starts the intake stream of this node
   * @param whenOwned is run once, when every partition has an owner
   */
  record Parts(
      SupervisorConfig config,
      int partitions,
      Quorum quorum,
      OwnerStore store,
      Supplier<CompletionStage<?>> log,
      java.util.function.Consumer<FleetRecord> fleet,
      Supplier<Intake> intake,
      Runnable whenOwned) {}

  private final Parts parts;
  private final TimerScheduler<Command> timers;
  private final ActorRef<OwnerMessage.Owned> owned;
  private final Set<Integer> unowned = new HashSet<>();
  private final Set<UniqueAddress> supervisors = new HashSet<>();
  private boolean up;
  private boolean begun;

  private Supervisor(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    super(context);
    context.setLoggerName(Supervisor.class);
    this.parts = parts;
    this.timers = timers;
    this.owned =
        context.messageAdapter(OwnerMessage.Owned.class, answer -> new Owned(answer.partition()));
    for (int partition = 0; partition < parts.partitions(); partition++) {
      unowned.add(partition);
    }
    ActorRef<ClusterStateSubscription> subscriptions =
        Cluster.get(context.getSystem()).subscriptions();
    subscriptions.tell(
        Subscribe.create(context.messageAdapter(SelfUp.class, self -> new Up()), SelfUp.class));
    subscriptions.tell(
        Subscribe.create(
            context.messageAdapter(ClusterEvent.MemberEvent.class, Changed::new),
            ClusterEvent.MemberEvent.class));
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Supervisor(context, timers, parts)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Up self -> onUp();
      case Changed changed -> onChanged(changed.event());
      case Owned answer -> onOwned(answer.partition());
      case Lost lost -> onLost(lost.member());
      case Timer timer -> onTimer(timer);
      case Leave leave -> timers.cancel(Timer.KEEP_ALIVE);
    }
    return this;
  }

  private void onUp() {
    up = true;
    timers.startSingleTimer(Timer.TOO_FEW, parts.quorum().patience());
    beginIfEnough();
  }

  private void onChanged(ClusterEvent.MemberEvent event) {
    Member member = event.member();
    if (event instanceof ClusterEvent.MemberRemoved) {
      supervisors.remove(member.uniqueAddress());
      if (begun) {
        onLost(member);
      }
    } else if (event instanceof ClusterEvent.MemberUp && member.hasRole(ClusterRoles.SUPERVISOR)) {
      supervisors.add(member.uniqueAddress());
      beginIfEnough();
    }
  }

  private void onTimer(Timer timer) {
    switch (timer) {
      case KEEP_ALIVE -> keepAlive();
      case TOO_FEW -> {
        getContext()
            .getLog()
            .warn(
                "supervisors: {} (expected: {}, more than half of the seeds); looking again",
                supervisors.size(),
                parts.quorum().supervisors());
        CoordinatedShutdown.get(getContext().getSystem())
            .run(CoordinatedShutdown.clusterJoinUnsuccessfulReason());
      }
    }
  }

  /** Once begun, the split brain resolver says who goes on when supervisors are lost. */
  private void beginIfEnough() {
    if (up && !begun && supervisors.size() >= parts.quorum().supervisors()) {
      begun = true;
      timers.cancel(Timer.TOO_FEW);
      begin();
    }
  }

  private void begin() {
    ActorSystem<Void> system = getContext().getSystem();
    ClusterSharding sharding = ClusterSharding.get(system);
    ActorRef<PlacementMessage> placement =
        ClusterSingleton.get(system)
            .init(
                SingletonActor.of(
                        Behaviors.supervise(
                                Placement.create(
                                    parts.config().placement(),
                                    Placement.Clocks.system(),
                                    new Placement.Outlets(this::tellOwner, parts.fleet())))
                            .onFailure(RuntimeException.class, SupervisorStrategy.restart()),
                        PlacementMessage.SINGLETON)
                    .withSettings(
                        ClusterSingletonSettings.create(system).withRole(ClusterRoles.SUPERVISOR)));
    ActorRef<Vacancies.Command> vacancies =
        getContext().spawn(Vacancies.create(this::callOwner), "vacancies");
    var ports =
        new PartitionOwner.Ports(
            parts.config().owner(),
            InstantSource.system(),
            parts.store(),
            placement,
            partition -> vacancies.tell(new Vacancies.Stopped(partition)));
    sharding.init(
        Entity.of(
                OwnerMessage.ENTITY,
                entity -> PartitionOwner.create(Integer.parseInt(entity.getEntityId()), ports))
            .withRole(ClusterRoles.SUPERVISOR)
            .withMessageExtractor(new OwnerShards()));
    watchWorkers(Cluster.get(system));
    getContext()
        .spawn(
            LogWatch.create(
                parts.config().sight(),
                parts.quorum().supervisors(),
                parts.log(),
                System::nanoTime),
            "log-watch");
    leaveInOrder(system, parts.intake().get(), vacancies);
    timers.startTimerWithFixedDelay(Timer.KEEP_ALIVE, parts.config().owner().keepAlive());
    keepAlive();
  }

  /** The intake goes while partitions are handed over; what it has in flight holds up nobody. */
  private void leaveInOrder(
      ActorSystem<Void> system, Intake intake, ActorRef<Vacancies.Command> vacancies) {
    ActorRef<Command> self = getContext().getSelf();
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeServiceUnbind(),
        "begin-to-leave",
        () -> {
          self.tell(new Leave());
          vacancies.tell(new Vacancies.Leave());
          intake.stop();
          return CompletableFuture.completedFuture(Done.getInstance());
        });
    shutdown.addTask(
        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "await-intake", intake::stop);
  }

  private void watchWorkers(Cluster cluster) {
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                getContext()
                    .messageAdapter(
                        ClusterEvent.UnreachableMember.class, event -> new Lost(event.member())),
                ClusterEvent.UnreachableMember.class));
  }

  /** Which owners wait for the worker is not known here, and it happens seldom. */
  private void onLost(Member member) {
    ClusterRoles.worker(member.getRoles())
        .ifPresent(
            worker -> {
              for (int partition = 0; partition < parts.partitions(); partition++) {
                tellOwner(partition, new OwnerMessage.WorkerGone(worker));
              }
            });
  }

  private void keepAlive() {
    for (int partition = 0; partition < parts.partitions(); partition++) {
      tellOwner(
          partition,
          unowned.contains(partition)
              ? new OwnerMessage.Inquire(owned)
              : new OwnerMessage.KeepAlive());
    }
  }

  private void callOwner(int partition) {
    tellOwner(partition, new OwnerMessage.KeepAlive());
  }

  private void onOwned(int partition) {
    if (unowned.remove(partition) && unowned.isEmpty()) {
      getContext().getLog().info("all {} partitions are owned", parts.partitions());
      parts.whenOwned().run();
    }
  }

  private void tellOwner(int partition, OwnerMessage message) {
    ClusterSharding.get(getContext().getSystem())
        .entityRefFor(OwnerMessage.ENTITY, Integer.toString(partition))
        .tell(message);
  }
}
