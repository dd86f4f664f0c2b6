package dev.voxelmill.actors;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.intake.Intake;
import dev.voxelmill.actors.owner.OwnerStore;
import dev.voxelmill.actors.owner.PartitionOwner;
import dev.voxelmill.actors.placement.Placement;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerShards;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
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
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The root of a supervisor node. Once the node is a member it hosts placement and owners, starts
 * the intake, keeps every owner of the cluster alive, wherever it runs, and tells owners of workers
 * that the cluster has lost; it says so when all partitions are owned. When it fails the node ends.
 */
final class Supervisor extends AbstractBehavior<Supervisor.Command> {
  /** Everything that reaches the root; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  private record Up() implements Command {}

  private record Owned(int partition) implements Command {}

  private enum Timer implements Command {
    KEEP_ALIVE
  }

  /** The cluster cannot reach the node any more, or has removed it. */
  private record Lost(Member member) implements Command {}

  /** The node leaves: an owner that moves away must not be called back. */
  private record Leave() implements Command {}

  /**
   * What a node works with.
   *
   * @param partitions number of home partitions
   * @param fleet takes placement's snapshots; must not block
   * @param intake starts the intake stream of this node
   * @param whenOwned is run once, when every partition has an owner
   */
  record Parts(
      SupervisorConfig config,
      int partitions,
      OwnerStore store,
      java.util.function.Consumer<FleetRecord> fleet,
      Supplier<Intake> intake,
      Runnable whenOwned) {}

  private final Parts parts;
  private final TimerScheduler<Command> timers;
  private final ActorRef<OwnerMessage.Owned> owned;
  private final Set<Integer> unowned = new HashSet<>();

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
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new Up()), SelfUp.class));
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
      case Up up -> onUp();
      case Owned answer -> onOwned(answer.partition());
      case Lost lost -> onLost(lost.member());
      case Timer timer -> keepAlive();
      case Leave leave -> timers.cancel(Timer.KEEP_ALIVE);
    }
    return this;
  }

  private void onUp() {
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
    var ports =
        new PartitionOwner.Ports(
            parts.config().owner(), InstantSource.system(), parts.store(), placement);
    sharding.init(
        Entity.of(
                OwnerMessage.ENTITY,
                entity -> PartitionOwner.create(Integer.parseInt(entity.getEntityId()), ports))
            .withRole(ClusterRoles.SUPERVISOR)
            .withMessageExtractor(new OwnerShards()));
    watchWorkers(Cluster.get(system));
    Intake intake = parts.intake().get();
    ActorRef<Command> self = getContext().getSelf();
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(),
            "stop-intake",
            () -> {
              self.tell(new Leave());
              return intake.stop();
            });
    timers.startTimerWithFixedDelay(Timer.KEEP_ALIVE, parts.config().owner().keepAlive());
    keepAlive();
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
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                getContext()
                    .messageAdapter(
                        ClusterEvent.MemberRemoved.class, event -> new Lost(event.member())),
                ClusterEvent.MemberRemoved.class));
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
