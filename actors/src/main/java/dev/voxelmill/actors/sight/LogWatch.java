package dev.voxelmill.actors.sight;

import dev.voxelmill.protocols.launch.Membership;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * Asks the brokers again and again, tells the other supervisors when they answered, and ends this
 * node's membership when {@link LogSight} finds it cut off. To leave in order hands its partitions
 * to nodes that can serve them; the process joins again when the log answers it.
 */
public final class LogWatch extends AbstractBehavior<LogWatch.Command> {
  /** Everything that reaches the watch; never leaves the node. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  private record Heard(LogSeen news) implements Command {}

  private record Answered(boolean well) implements Command {}

  private enum Timer implements Command {
    ASK
  }

  private static final String TOPIC = "log-seen";

  private final Supplier<CompletionStage<?>> log;
  private final LongSupplier nanos;
  private final LogSight sight;
  private final String self;
  private final ActorRef<Topic.Command<LogSeen>> supervisors;
  private boolean asking;
  private boolean leaving;

  private LogWatch(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SightConfig config,
      int majority,
      Supplier<CompletionStage<?>> log,
      LongSupplier nanos) {
    super(context);
    context.setLoggerName(LogWatch.class);
    this.log = log;
    this.nanos = nanos;
    this.sight = new LogSight(config, majority, nanos.getAsLong());
    this.self = Cluster.get(context.getSystem()).selfMember().uniqueAddress().toString();
    this.supervisors = context.spawn(Topic.create(LogSeen.class, TOPIC), TOPIC);
    supervisors.tell(Topic.subscribe(context.messageAdapter(LogSeen.class, Heard::new)));
    timers.startTimerWithFixedDelay(Timer.ASK, config.interval());
  }

  /**
   * A watch over the log.
   *
   * @param majority how many others have to see the log before this node gives up
   * @param log asks the brokers; fails when they do not answer in time
   * @param nanos a monotonic clock
   */
  public static Behavior<Command> create(
      SightConfig config, int majority, Supplier<CompletionStage<?>> log, LongSupplier nanos) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new LogWatch(context, timers, config, majority, log, nanos)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Heard(LogSeen news) -> onHeard(news.node());
      case Answered answered -> onAnswered(answered.well());
      case Timer timer -> onAsk();
    }
    return this;
  }

  private void onHeard(String node) {
    if (!node.equals(self)) {
      sight.seenBy(node, nanos.getAsLong());
    }
  }

  private void onAnswered(boolean well) {
    asking = false;
    if (well) {
      sight.seen(nanos.getAsLong());
      supervisors.tell(Topic.publish(new LogSeen(self)));
    }
  }

  private void onAsk() {
    if (!asking) {
      asking = true;
      getContext().pipeToSelf(log.get(), (answer, failure) -> new Answered(failure == null));
    }
    if (!leaving && sight.isCutOff(nanos.getAsLong())) {
      leaving = true;
      getContext().getLog().warn("the brokers answer the others and not this node; it leaves");
      CoordinatedShutdown.get(getContext().getSystem())
          .run(new Membership.Afresh("the brokers answer the others and not this node"));
    }
  }
}
