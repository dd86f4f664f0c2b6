package dev.voxelmill.gpu.worker;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.voxelmill.protocols.launch.Membership;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker process: its workers and their device in an actor system of their own, and beside it one
 * actor system after another that is a member of the cluster.
 *
 * <p>A worker that the cluster removed, or that sees no supervisor, goes on computing and
 * checkpointing, which needs Kafka only; when a new {@link ClusterLink} stands it tells the owner
 * how far it is, and only the owner decides whether the attempt is still wanted. When the device
 * ends, so does the process.
 */
final class WorkerNode {
  static final String DEVICE_DISPATCHER = "device-dispatcher";

  private static final Logger LOG = LoggerFactory.getLogger(WorkerNode.class);

  /** Longer than the phases of a coordinated shutdown take, unless one of them hangs. */
  private static final Duration LEAVE = Duration.ofSeconds(20);

  private final WorkerConfig config;
  private final ActorSystem<WorkerGroup.Command> group;
  private final Membership membership;
  private final AtomicBoolean failed = new AtomicBoolean();

  /**
   * What a node works with.
   *
   * @param conf {@code conf/worker.conf}, which defines the device's dispatcher
   * @param link starts an actor system that joins the cluster for the worker
   */
  record Parts(
      WorkerConfig config,
      Config conf,
      WorkerProfile profile,
      DeviceSettings settings,
      Device.Resources resources,
      Duration rejoinPause,
      Function<ClusterLink.Workers, ActorSystem<?>> link) {}

  WorkerNode(Parts parts) {
    config = parts.config();
    group =
        ActorSystem.create(
            WorkerGroup.create(
                context -> spawnDevice(parts, context), device -> workers(parts, device)),
            "worker",
            localConfig(parts.conf()));
    ClusterLink.Workers workers =
        (slot, command) -> group.tell(new WorkerGroup.ToSlot(slot, command));
    membership = new Membership(() -> parts.link().apply(workers), parts.rejoinPause());
  }

  /**
   * Works until the process is told to stop.
   *
   * @return whether it ended because of that; otherwise the device or the membership has failed
   */
  boolean run() throws InterruptedException {
    group
        .getWhenTerminated()
        .thenRun(
            () -> {
              failed.set(true);
              membership.leave(LEAVE);
            });
    return membership.keep() && !failed.get();
  }

  /**
   * Gives back what runs, and leaves the cluster.
   *
   * @return whether the device was sound and the cluster was left in order
   */
  boolean leave() {
    membership.finish();
    if (!failed.get()) {
      drain();
    }
    return membership.leave(LEAVE) && !failed.get();
  }

  private void drain() {
    try {
      AskPattern.<WorkerGroup.Command, Done>ask(
              group, WorkerGroup.Drain::new, config.drain(), group.scheduler())
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      // What was not acknowledged is done again from the last checkpoint that was.
      LOG.warn("left without every report acknowledged: {}", e.getCause().toString());
    }
  }

  private static List<Behavior<Worker.Command>> workers(
      Parts parts, ActorRef<Device.Command> device) {
    Worker.Surroundings around =
        new Worker.Surroundings(
            new Worker.Oversight(
                parts.resources().watchdog(), reason -> Runtime.getRuntime().halt(reason.code())),
            device);
    return parts.profile().slots(parts.config().batch()).stream()
        .map(profile -> Worker.create(parts.config(), profile, around))
        .toList();
  }

  private static ActorRef<Device.Command> spawnDevice(Parts parts, ActorContext<?> context) {
    return context.spawn(
        Device.create(parts.settings(), parts.resources()),
        "device",
        DispatcherSelector.fromConfig(DEVICE_DISPATCHER));
  }

  private static Config localConfig(Config conf) {
    return ConfigFactory.empty()
        .withValue("pekko.actor.provider", ConfigValueFactory.fromAnyRef("local"))
        .withFallback(conf)
        .withFallback(ConfigFactory.load())
        .resolve();
  }
}
