package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.OpenOutcome;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns the jobs of one partition: their states in memory, their log in Kafka, their intake.
 *
 * <p>This class is the owner while it opens the log, {@link OpenOwner} is the owner after that.
 * Opening fences every earlier owner, so that two may believe in themselves but only one can decide
 * anything durable. When the log fails or is fenced, the owner forgets everything and starts afresh
 * with back-off: what was not committed never happened, and placement and workers repeat what was
 * not answered. What an earlier life had under way is then told apart by its {@link OfLife}.
 */
public final class PartitionOwner extends AbstractBehavior<PartitionOwner.Command> {
  /** Everything that reaches an owner; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  /** From placement, workers and supervisors of the cluster. */
  record FromCluster(OwnerMessage message) implements Command {}

  /** From what this or an earlier life of the owner has set going. */
  record OfLife(UUID life, News news) implements Command {}

  /** What the owner's own timers say. */
  enum Timer implements Command {
    /** It is time to tell placement where the offers stand and to see whose time has come. */
    OFFER,
    /** It is time to look for chunks that no job refers to. */
    SWEEP
  }

  /** These checkpoints have chunks in the partition. */
  record Stored(UUID life, Set<StoredCheckpoint> checkpoints) implements Command {}

  /** What an owner hears from what it has set going. */
  public sealed interface News {}

  /** The log is open, or cannot be opened. */
  record Opened(OpenOutcome outcome) implements News {}

  /**
   * Requests and commands in the order of their offsets; {@code durable} runs when they are dealt
   * with.
   */
  public record Arrived(List<OwnerStore.Positioned> records, Runnable durable) implements News {}

  /** The intake ended, which it never should. */
  record IntakeEnded(Throwable cause) implements News {}

  /** The fate of the oldest batch that was under way. */
  public record Committed(CommitOutcome outcome) implements News {}

  /** The GLB of a finished job was read, or could not be, before the job's end is decided. */
  public record GlbRead(FromWorker message, String base64) implements News {}

  /** A supervisor has not heard of an attempt for a whole lease. */
  public record AttemptLost(TaskRef task, int attempt, WorkerId worker) implements News {}

  /**
   * What an owner works with.
   *
   * @param stopped is told the partition whose owner has stopped here, not to start afresh
   */
  public record Ports(
      OwnerConfig config,
      InstantSource clock,
      OwnerStore store,
      ActorRef<PlacementMessage> placement,
      IntConsumer stopped) {}

  /** A fault after which the owner starts afresh. */
  public static final class OwnershipEndedException extends RuntimeException {
    OwnershipEndedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final int partition;
  private final Ports ports;
  private final TimerScheduler<Command> timers;
  private final Fencings fencings;
  private final UUID life = UUID.randomUUID();
  private final CompletionStage<OpenOutcome> opening;

  private PartitionOwner(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      int partition,
      Ports ports,
      Fencings fencings) {
    super(context);
    context.setLoggerName(PartitionOwner.class);
    this.partition = partition;
    this.ports = ports;
    this.timers = timers;
    this.fencings = fencings;
    this.opening = ports.store().open(partition);
    context.pipeToSelf(
        opening,
        (outcome, failure) ->
            new OfLife(
                life,
                new Opened(failure == null ? outcome : new OpenOutcome.Unavailable(failure))));
  }

  /** The owner of a partition as the cluster addresses it. */
  public static Behavior<OwnerMessage> create(int partition, Ports ports) {
    Fencings fencings = new Fencings();
    Behavior<Command> owner =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers -> new PartitionOwner(context, timers, partition, ports, fencings)));
    Behavior<Command> restarting =
        Behaviors.supervise(owner)
            .onFailure(
                RuntimeException.class,
                SupervisorStrategy.restartWithBackoff(
                    ports.config().restartMin(), ports.config().restartMax(), 0.2));
    return Behaviors.transformMessages(
        OwnerMessage.class, restarting, match -> match.match(OwnerMessage.class, FromCluster::new));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onStop())
        .onAnyMessage(this::onCommand)
        .build();
  }

  /** While the log opens, nobody else is answered: they all repeat themselves. */
  private Behavior<Command> onCommand(Command command) {
    return command instanceof OfLife(UUID from, Opened opened) && from.equals(life)
        ? onOpened(opened.outcome())
        : this;
  }

  private Behavior<Command> onOpened(OpenOutcome outcome) {
    return switch (outcome) {
      case OpenOutcome.Opened opened ->
          new OpenOwner(
              getContext(), timers, new OpenOwner.Life(life, partition, ports, fencings), opened);
      case OpenOutcome.Unavailable unavailable ->
          throw new OwnershipEndedException(
              "partition " + partition + " cannot be opened", unavailable.cause());
    };
  }

  private Behavior<Command> onStop() {
    onEnd();
    ports.stopped().accept(partition);
    return this;
  }

  /** A log that opens although nobody waits for it any more is closed at once. */
  private Behavior<Command> onEnd() {
    opening.thenAccept(
        outcome -> {
          if (outcome instanceof OpenOutcome.Opened opened) {
            opened.log().close();
          }
        });
    return this;
  }
}
