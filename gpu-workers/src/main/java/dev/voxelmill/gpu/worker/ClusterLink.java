package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerShards;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The root of an actor system through which a worker reaches the cluster. Once the node is a member
 * it gives the worker proxies to placement and owners, and an address that owners answer to; when
 * the system ends it takes them back. It remembers nothing: the worker lives elsewhere and longer.
 */
final class ClusterLink extends AbstractBehavior<ClusterLink.Command> {
  /** Everything that reaches the root. */
  sealed interface Command {}

  private record Up() implements Command {}

  private final ActorRef<Worker.Command> worker;
  private final Runnable whenUp;
  private Optional<ActorRef<WorkerCommand>> address = Optional.empty();

  private ClusterLink(
      ActorContext<Command> context, ActorRef<Worker.Command> worker, Runnable whenUp) {
    super(context);
    this.worker = worker;
    this.whenUp = whenUp;
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new Up()), SelfUp.class));
  }

  /**
   * A link for one life of the node in the cluster.
   *
   * @param worker in an actor system of the same process
   * @param whenUp is run once the worker can be given tasks
   */
  static Behavior<Command> create(ActorRef<Worker.Command> worker, Runnable whenUp) {
    return Behaviors.setup(context -> new ClusterLink(context, worker, whenUp));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, stopped -> onEnd())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Up up -> onUp();
    }
    return this;
  }

  private void onUp() {
    ActorSystem<Void> system = getContext().getSystem();
    ActorRef<WorkerCommand> own = getContext().spawn(forwarding(worker), "worker");
    address = Optional.of(own);
    worker.tell(new Worker.Linked(new Worker.Peers(placement(system), owners(system)), own));
    whenUp.run();
  }

  private Behavior<Command> onEnd() {
    address.ifPresent(own -> worker.tell(new Worker.Unlinked(own)));
    return this;
  }

  private static Behavior<WorkerCommand> forwarding(ActorRef<Worker.Command> worker) {
    return Behaviors.receiveMessage(
        command -> {
          worker.tell(new Worker.FromOwner(command));
          return Behaviors.same();
        });
  }

  private static ActorRef<PlacementMessage> placement(ActorSystem<Void> system) {
    return ClusterSingleton.get(system)
        .init(
            SingletonActor.of(Behaviors.<PlacementMessage>empty(), PlacementMessage.SINGLETON)
                .withSettings(
                    ClusterSingletonSettings.create(system).withRole(ClusterRoles.SUPERVISOR)));
  }

  /** A node without the owners' role gets a proxy; the behaviour given here never runs. */
  private static Worker.OwnerGate owners(ActorSystem<Void> system) {
    ActorRef<ShardingEnvelope<OwnerMessage>> region =
        ClusterSharding.get(system)
            .init(
                Entity.of(OwnerMessage.ENTITY, entity -> Behaviors.<OwnerMessage>empty())
                    .withRole(ClusterRoles.SUPERVISOR)
                    .withMessageExtractor(new OwnerShards()));
    return (partition, message) -> region.tell(OwnerShards.toOwner(partition, message));
  }
}
