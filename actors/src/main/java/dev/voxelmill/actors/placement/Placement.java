package dev.voxelmill.actors.placement;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Proposes workers for tasks: {@link PlacementCore} decides, this actor carries out. It owns
 * nothing durable: workers and tasks are known only while they keep telling of themselves, and the
 * owner of a task decides whether a proposal becomes a grant. The cluster singleton manager starts
 * it anew on another node when its node leaves; the new one listens for {@link
 * PlacementConfig#settle} before it proposes.
 */
public final class Placement extends AbstractBehavior<Placement.Command> {
  /** Everything that reaches placement; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  private record FromCluster(PlacementMessage message) implements Command {}

  private enum Timer implements Command {
    SETTLED,
    MATCH,
    EXPIRE,
    FLEET
  }

  /** Reaches the owner of a partition. */
  @FunctionalInterface
  public interface Owners {
    void tell(int partition, OwnerMessage message);
  }

  /** Changes within this time are matched together. */
  private static final Duration MATCH_DELAY = Duration.ofMillis(10);

  /** A tenth of the shortest time-out. */
  private static final Duration EXPIRE_EVERY = Duration.ofMillis(200);

  private final Clocks clocks;
  private final Consumer<FleetRecord> fleet;
  private final TimerScheduler<Command> timers;
  private final PlacementCore core;
  private final long epoch;
  private boolean settled;

  private Placement(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PlacementConfig config,
      Clocks clocks,
      Outlets outlets) {
    super(context);
    context.setLoggerName(Placement.class);
    this.clocks = clocks;
    this.fleet = outlets.fleet();
    this.timers = timers;
    this.core = new PlacementCore(config, outlets.owners());
    this.epoch = clocks.wall().millis();
    timers.startSingleTimer(Timer.SETTLED, config.settle());
    timers.startTimerAtFixedRate(Timer.FLEET, config.fleetInterval());
    timers.startTimerWithFixedDelay(Timer.EXPIRE, EXPIRE_EVERY);
  }

  /**
   * Where placement's words go.
   *
   * @param owners the owners of the partitions
   * @param fleet takes the snapshot of every second; must not block
   */
  public record Outlets(Owners owners, Consumer<FleetRecord> fleet) {}

  /**
   * What time it is.
   *
   * @param wall for what people read
   * @param nanos monotonic, for what is timed
   */
  public record Clocks(InstantSource wall, LongSupplier nanos) {
    /** The clocks of the machine. */
    public static Clocks system() {
      return new Clocks(InstantSource.system(), System::nanoTime);
    }
  }

  public static Behavior<PlacementMessage> create(
      PlacementConfig config, Clocks clocks, Outlets outlets) {
    Behavior<Command> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new Placement(context, timers, config, clocks, outlets)));
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
      case FromCluster from -> {
        core.hear(from.message(), now());
        matchSoon();
      }
      case Timer timer -> onTimer(timer);
    }
    return this;
  }

  private void onTimer(Timer timer) {
    switch (timer) {
      case SETTLED -> {
        settled = true;
        core.match(now());
      }
      case MATCH -> core.match(now());
      case EXPIRE -> {
        core.expire(now());
        matchSoon();
      }
      case FLEET -> fleet.accept(core.snapshot(epoch, clocks.wall().instant(), now(), !settled));
    }
  }

  private void matchSoon() {
    if (settled && !timers.isTimerActive(Timer.MATCH)) {
      timers.startSingleTimer(Timer.MATCH, MATCH_DELAY);
    }
  }

  private long now() {
    return clocks.nanos().getAsLong();
  }
}
