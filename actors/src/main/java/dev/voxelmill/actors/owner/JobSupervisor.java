package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
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
 * holds its lease, and passes on how far it is. It decides nothing and remembers nothing durable;
 * the owner of the partition starts it with the job's first live attempt and stops it with the
 * last. When it fails the owner fails with it, for without leases a job could wait for ever.
 */
final class JobSupervisor extends AbstractBehavior<JobSupervisor.Command> {
  /** What the owner tells it; never leaves the node. */
  sealed interface Command extends NoSerializationVerificationNeeded {}

  /** An attempt was granted: send it until its worker reports. */
  record Dispatch(Assignment assignment, WorkerId worker, ActorRef<WorkerCommand> ref)
      implements Command {}

  /** An attempt that an earlier owner granted: its worker has a full lease to report. */
  record Adopt(TaskRef task, int attempt, WorkerId worker) implements Command {}

  /** The worker of a live attempt has spoken; {@code seq} is the job's current number. */
  record Heard(FromWorker message, long seq) implements Command {}

  /** The attempt is over; a reason is passed on to its worker. */
  record End(TaskRef task, int attempt, Optional<String> stop) implements Command {}

  private record LeaseEnded(TaskRef task, int attempt) implements Command {}

  private record SendAgain(TaskRef task, int attempt) implements Command {}

  /** While this timer runs, progress of the task is not published. */
  private record Quiet(TaskRef task) implements Command {}

  /** An attempt whose lease runs; without a reference until its worker has reported. */
  private record Live(
      int attempt,
      WorkerId worker,
      Optional<ActorRef<WorkerCommand>> ref,
      Optional<Assignment> unanswered) {}

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
  private final Map<TaskRef, Live> attempts = new HashMap<>();

  private JobSupervisor(
      ActorContext<Command> context, TimerScheduler<Command> timers, Setting setting) {
    super(context);
    context.setLoggerName(JobSupervisor.class);
    this.timers = timers;
    this.setting = setting;
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
      case Dispatch dispatch -> onDispatch(dispatch);
      case Adopt adopt -> onAdopt(adopt);
      case Heard heard -> onHeard(heard);
      case End end -> onEnd(end);
      case LeaseEnded ended -> onLeaseEnded(ended);
      case SendAgain again -> onSendAgain(again);
      case Quiet over -> {}
    }
    return this;
  }

  private void onDispatch(Dispatch dispatch) {
    Assignment assignment = dispatch.assignment();
    TaskRef task = assignment.task();
    attempts.put(
        task,
        new Live(
            assignment.attempt(),
            dispatch.worker(),
            Optional.of(dispatch.ref()),
            Optional.of(assignment)));
    dispatch.ref().tell(new WorkerCommand.Run(assignment));
    startLease(task, assignment.attempt());
    timers.startTimerWithFixedDelay(
        sendKey(task), new SendAgain(task, assignment.attempt()), setting.config().resend());
  }

  private void onAdopt(Adopt adopt) {
    attempts.put(
        adopt.task(),
        new Live(adopt.attempt(), adopt.worker(), Optional.empty(), Optional.empty()));
    startLease(adopt.task(), adopt.attempt());
  }

  private void onHeard(Heard heard) {
    FromWorker message = heard.message();
    Live live = attempts.get(message.task());
    if (live == null || live.attempt() != message.attempt()) {
      return;
    }
    timers.cancel(sendKey(message.task()));
    attempts.put(
        message.task(),
        new Live(live.attempt(), live.worker(), Optional.of(message.ref()), Optional.empty()));
    startLease(message.task(), live.attempt());
    publish(heard);
  }

  private void publish(Heard heard) {
    FromWorker message = heard.message();
    String stage = message.task().task();
    switch (message.report()) {
      case WorkerReport.Running running -> {
        Quiet quiet = new Quiet(message.task());
        if (!timers.isTimerActive(quiet)) {
          timers.startSingleTimer(quiet, quiet, setting.config().progress());
          publish(heard, progress(stage, message.attempt(), running.progress()));
        }
      }
      case WorkerReport.Previewed preview ->
          publish(
              heard,
              new EventRecord.Preview(stage, message.attempt(), preview.step(), preview.picture()));
      case WorkerReport.Started report -> {}
      case WorkerReport.Refused report -> {}
      case WorkerReport.Checkpointed report -> {}
      case WorkerReport.Completed report -> {}
      case WorkerReport.Failed report -> {}
      case WorkerReport.Released report -> {}
    }
  }

  private void publish(Heard heard, EventRecord.Event event) {
    setting
        .telemetry()
        .accept(
            new EventRecord(
                heard.message().task().job(), heard.seq(), setting.clock().instant(), event));
  }

  private static EventRecord.Progress progress(
      String stage, int attempt, WorkerReport.Progress progress) {
    return new EventRecord.Progress(
        stage,
        attempt,
        progress.step(),
        progress.total(),
        progress.stepsPerSecond(),
        progress.loss(),
        progress.etaSeconds());
  }

  private void onEnd(End end) {
    Live live = attempts.get(end.task());
    if (live == null || live.attempt() != end.attempt()) {
      return;
    }
    attempts.remove(end.task());
    timers.cancel(leaseKey(end.task()));
    timers.cancel(sendKey(end.task()));
    end.stop()
        .ifPresent(
            reason ->
                live.ref()
                    .ifPresent(
                        ref ->
                            ref.tell(new WorkerCommand.Stop(end.task(), end.attempt(), reason))));
  }

  private void onLeaseEnded(LeaseEnded ended) {
    Live live = attempts.get(ended.task());
    if (live != null && live.attempt() == ended.attempt()) {
      setting
          .lost()
          .accept(new PartitionOwner.AttemptLost(ended.task(), ended.attempt(), live.worker()));
    }
  }

  private void onSendAgain(SendAgain again) {
    Live live = attempts.get(again.task());
    if (live != null && live.attempt() == again.attempt()) {
      live.unanswered()
          .ifPresent(
              assignment ->
                  live.ref().ifPresent(ref -> ref.tell(new WorkerCommand.Run(assignment))));
    }
  }

  private void startLease(TaskRef task, int attempt) {
    timers.startSingleTimer(
        leaseKey(task), new LeaseEnded(task, attempt), setting.config().lease());
  }

  private static String leaseKey(TaskRef task) {
    return "lease of " + task;
  }

  private static String sendKey(TaskRef task) {
    return "sending of " + task;
  }
}
