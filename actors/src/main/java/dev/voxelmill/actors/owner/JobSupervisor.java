package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Watches over the live attempts of one job: it sends each to its worker until the worker speaks,
 * holds its lease, and passes on how far it is. {@link AttemptLeases} decides and this actor
 * carries out; nothing is durable here. The owner of the partition starts it with the job's first
 * live attempt and stops it with the last. When it fails the owner fails with it, for without
 * leases a job could wait for ever.
 */
final class JobSupervisor extends AbstractBehavior<JobSupervisor.Command> {
  /** What the owner tells it; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  /** An attempt was granted: send it until its worker reports. */
  record Dispatch(Assignment assignment, WorkerId worker, ActorRef<WorkerCommand> ref)
      implements Command {}

  /** An attempt that an earlier owner granted: its worker has time to report. */
  record Adopt(LiveAttempt attempt) implements Command {}

  /**
   * The worker of a live attempt has spoken.
   *
   * @param seq the job's current number
   * @param isTold whether what it says of its progress may be published
   */
  record Heard(FromWorker message, long seq, boolean isTold) implements Command {}

  /** The attempt is over; a reason is passed on to its worker. */
  record End(TaskRef task, int attempt, Optional<String> stop) implements Command {}

  /** The worker of the attempt is to hear that. */
  record PassOn(TaskRef task, int attempt, WorkerCommand word) implements Command {}

  /** The cluster has lost that worker. */
  record Gone(WorkerId worker) implements Command {}

  private record Ring(AttemptLeases.Alarm alarm) implements Command {}

  /**
   * What a supervisor shares with all others of its owner.
   *
   * @param lost is told when a lease has ended in silence
   */
  record Setting(
      OwnerConfig config,
      InstantSource clock,
      Consumer<EventRecord> telemetry,
      Consumer<PartitionOwner.AttemptLost> lost) {}

  private final Setting setting;
  private final TimerScheduler<Command> timers;
  private final AttemptLeases leases;

  private JobSupervisor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting) {
    super(context);
    context.setLoggerName(JobSupervisor.class);
    this.timers = timers;
    this.setting = setting;
    this.leases = new AttemptLeases(setting.config(), new Carried());
  }

  static Behavior<Command> create(Setting setting) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new JobSupervisor(context, timers, setting)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Dispatch dispatch ->
          leases.dispatch(dispatch.assignment(), dispatch.worker(), dispatch.ref());
      case Adopt adopt -> leases.adopt(adopt.attempt());
      case Heard heard -> leases.heard(heard.message(), heard.seq(), heard.isTold());
      case End end -> leases.end(end.task(), end.attempt(), end.stop());
      case PassOn pass -> leases.tell(pass.task(), pass.attempt(), pass.word());
      case Gone gone -> leases.gone(gone.worker());
      case Ring ring -> leases.ring(ring.alarm());
    }
    return this;
  }

  /** Alarms are timers, words are messages. */
  private final class Carried implements AttemptLeases.Surroundings {
    @Override
    public void set(AttemptLeases.Alarm alarm, Duration after) {
      timers.startSingleTimer(alarm, new Ring(alarm), after);
    }

    @Override
    public void cancel(AttemptLeases.Alarm alarm) {
      timers.cancel(alarm);
    }

    @Override
    public boolean isSet(AttemptLeases.Alarm alarm) {
      return timers.isTimerActive(alarm);
    }

    @Override
    public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {
      worker.tell(command);
    }

    @Override
    public void publish(TaskRef task, long seq, EventRecord.Event event) {
      setting
          .telemetry()
          .accept(new EventRecord(task.job(), seq, setting.clock().instant(), event));
    }

    @Override
    public void lost(PartitionOwner.AttemptLost lost) {
      setting.lost().accept(lost);
    }
  }
}
