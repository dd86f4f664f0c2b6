package dev.voxelmill.gpu.worker;

import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerShards;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
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
 * The root of a worker process. Once the node is a member it starts the worker with proxies to
 * placement and owners; before the node leaves, the worker gives back what it runs. When the worker
 * ends, so does the process.
 */
final class WorkerNode extends AbstractBehavior<WorkerNode.Command> {
  static final String DEVICE_DISPATCHER = "device-dispatcher";

  /** Everything that reaches the root. */
  sealed interface Command {}

  private record Up() implements Command {}

  /**
   * What a node works with.
   *
   * @param whenUp is run once the worker can be given tasks
   */
  record Parts(
      WorkerConfig config,
      WorkerProfile profile,
      DeviceSettings settings,
      Device.Resources resources,
      Runnable whenUp) {}

  private final Parts parts;

  private WorkerNode(ActorContext<Command> context, Parts parts) {
    super(context);
    this.parts = parts;
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(context.messageAdapter(SelfUp.class, up -> new Up()), SelfUp.class));
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(context -> new WorkerNode(context, parts));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Up up -> onUp();
    }
    return this;
  }

  private void onUp() {
    ActorSystem<Void> system = getContext().getSystem();
    ActorRef<Worker.Command> worker =
        getContext()
            .spawn(
                Worker.create(
                    parts.config(),
                    parts.profile(),
                    new Worker.Peers(placement(system), owners(system)),
                    this::spawnDevice),
                "worker");
    getContext().watch(worker);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeServiceUnbind(), "drain", () -> drain(system, worker));
    parts.whenUp().run();
  }

  private ActorRef<Device.Command> spawnDevice(
      ActorContext<Worker.Command> context, ActorRef<DeviceEvent> events) {
    return context.spawn(
        Device.create(parts.settings(), parts.resources(), events),
        "device",
        DispatcherSelector.fromConfig(DEVICE_DISPATCHER));
  }

  private CompletionStage<Done> drain(ActorSystem<Void> system, ActorRef<Worker.Command> worker) {
    return AskPattern.<Worker.Command, Done>ask(
            worker, Worker.Drain::new, parts.config().drain(), system.scheduler())
        .exceptionally(
            late -> {
              system.log().warn("left without every report acknowledged", late);
              return Done.getInstance();
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
