package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerShards;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.ClusterSingletonSettings;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * The root of an actor system through which a worker reaches the cluster. Once the node is a member
 * it gives the worker proxies to placement and owners, and an address that owners answer to; when
 * the system ends it takes them back. It remembers nothing: the worker lives elsewhere and longer.
 *
 * <p>Workers whose supervisors have all left would stay behind as a healthy cluster of their own,
 * and supervisors that start later would never meet them. So a node that has lost its last
 * supervisor ends its membership, and joins whatever its seeds found next.
 */
final class ClusterLink extends AbstractBehavior<ClusterLink.Command> {
  /** Everything that reaches the root. */
  sealed interface Command {}

  private record Up() implements Command {}

  /** Reaches the worker of a slot, from 0. */
  @FunctionalInterface
  interface Workers {
    void tell(int slot, Worker.Command command);
  }

  private record Changed(ClusterEvent.MemberEvent event) implements Command {}

  private final Cluster cluster;
  private final Set<UniqueAddress> supervisors = new HashSet<>();
  private final int slots;
  private final Workers workers;
  private final Runnable whenUp;
  private final List<ActorRef<WorkerCommand>> addresses = new ArrayList<>();

  private ClusterLink(ActorContext<Command> context, int slots, Workers workers, Runnable whenUp) {
    super(context);
    context.setLoggerName(ClusterLink.class);
    this.slots = slots;
    this.workers = workers;
    this.whenUp = whenUp;
    this.cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new Up()), SelfUp.class));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.MemberEvent.class, Changed::new),
                ClusterEvent.MemberEvent.class));
  }

  /**
   * A link for one life of the node in the cluster.
   *
   * @param slots how many workers of this process reach the cluster through it
   * @param workers in an actor system of the same process
   * @param whenUp is run once the workers can be given tasks
   */
  static Behavior<Command> create(int slots, Workers workers, Runnable whenUp) {
    return Behaviors.setup(context -> new ClusterLink(context, slots, workers, whenUp));
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
      case Changed changed -> onChanged(changed.event());
    }
    return this;
  }

  private void onChanged(ClusterEvent.MemberEvent event) {
    Member member = event.member();
    if (!member.hasRole(ClusterRoles.SUPERVISOR)) {
      return;
    }
    if (!(event instanceof ClusterEvent.MemberRemoved)) {
      supervisors.add(member.uniqueAddress());
    } else if (supervisors.remove(member.uniqueAddress()) && supervisors.isEmpty()) {
      getContext().getLog().warn("the last supervisor has left the cluster");
      cluster.manager().tell(new Down(cluster.selfMember().address()));
    }
  }

  private void onUp() {
    ActorSystem<Void> system = getContext().getSystem();
    Worker.Peers peers = new Worker.Peers(placement(system), owners(system));
    for (int slot = 0; slot < slots; slot++) {
      ActorRef<WorkerCommand> own = getContext().spawn(forwarding(slot), "worker-" + slot);
      addresses.add(own);
      workers.tell(slot, new Worker.Linked(peers, own));
    }
    whenUp.run();
  }

  private Behavior<Command> onEnd() {
    for (int slot = 0; slot < addresses.size(); slot++) {
      workers.tell(slot, new Worker.Unlinked(addresses.get(slot)));
    }
    return this;
  }

  private Behavior<WorkerCommand> forwarding(int slot) {
    return Behaviors.receiveMessage(
        command -> {
          workers.tell(slot, new Worker.FromOwner(command));
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
