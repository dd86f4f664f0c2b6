package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.worker.WorkerState.Decision;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The worker as the cluster sees it: it answers owners, tells placement that it lives, and never
 * waits for the device.
 *
 * <p>{@link WorkerState} decides; this actor carries out. It lives outside the cluster's actor
 * system and reaches it by a link that comes and goes; without one the device works on, and reports
 * wait. It watches the device actor, and ends with it: what a dead device thread leaves behind
 * cannot be trusted, a new process can. For the same reason it ends the process when a step hangs,
 * and when a device that failed too often has been reported.
 */
final class Worker extends AbstractBehavior<Worker.Command> {
  /** Everything that reaches the worker. */
  sealed interface Command {}

  /** Take no more work, give back what runs, and answer once every report is acknowledged. */
  record Drain(ActorRef<Done> replyTo) implements Command {}

  /** The cluster is reached through these peers, and owners answer to that address. */
  record Linked(Peers peers, ActorRef<WorkerCommand> address) implements Command {}

  /** The link of that address is gone. */
  record Unlinked(ActorRef<WorkerCommand> address) implements Command {}

  /** An owner has spoken to the address of a link, past or present. */
  record FromOwner(WorkerCommand command) implements Command {}

  private record FromDevice(DeviceEvent event) implements Command {}

  private enum Timer implements Command {
    HEARTBEAT,
    RESEND
  }

  /**
   * Whom the worker speaks with.
   *
   * @param placement the singleton, wherever it is
   * @param owners the partition's owner, wherever it is
   */
  record Peers(ActorRef<PlacementMessage> placement, OwnerGate owners) {}

  /** Reaches the owner of a partition. */
  @FunctionalInterface
  interface OwnerGate {
    void tell(int partition, OwnerMessage message);
  }

  /**
   * What is known about the device without asking it.
   *
   * @param watchdog knows since when its thread is busy
   * @param exit ends the process
   */
  record Oversight(StepWatchdog watchdog, Consumer<WorkerExit> exit) {}

  private final WorkerConfig config;
  private final WorkerProfile profile;
  private final Oversight oversight;
  private final ActorRef<Device.Command> device;
  private final ActorRef<DeviceEvent> events;
  private final List<ActorRef<Done>> leaving = new ArrayList<>();
  private Optional<Linked> link = Optional.empty();
  private WorkerState state;
  private int quarantinedBeats;

  private Worker(
      ActorContext<Command> context,
      WorkerConfig config,
      WorkerProfile profile,
      Surroundings around) {
    super(context);
    context.setLoggerName(Worker.class);
    this.config = config;
    this.profile = profile;
    this.oversight = around.oversight();
    state = WorkerState.idle(config.device().quarantineAfter());
    device = around.device();
    events = context.messageAdapter(DeviceEvent.class, FromDevice::new);
    context.watch(device);
  }

  /** What is around a worker in its process. */
  record Surroundings(Oversight oversight, ActorRef<Device.Command> device) {}

  static Behavior<Command> create(WorkerConfig config, WorkerProfile profile, Surroundings around) {
    return Behaviors.withTimers(
        timers ->
            Behaviors.setup(
                context -> {
                  start(timers, config);
                  return new Worker(context, config, profile, around);
                }));
  }

  private static void start(TimerScheduler<Command> timers, WorkerConfig config) {
    timers.startTimerWithFixedDelay(Timer.HEARTBEAT, config.heartbeat());
    timers.startTimerWithFixedDelay(Timer.RESEND, config.resend());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onCommand).build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Drain drain -> onDrain(drain);
      case Linked linked -> onLinked(linked);
      case Unlinked unlinked -> onUnlinked(unlinked);
      case FromOwner from -> follow(state.on(from.command()));
      case FromDevice from -> follow(state.on(from.event()));
      case Timer timer -> onTimer(timer);
    }
    return this;
  }

  private void onDrain(Drain drain) {
    leaving.add(drain.replyTo());
    follow(state.drain());
  }

  /** A new owner, or one that was out of reach, hears at once what it has missed. */
  private void onLinked(Linked linked) {
    getContext().getLog().info("linked to the cluster, {} reports wait", state.outbox().size());
    link = Optional.of(linked);
    onHeartbeat();
    state.resend().forEach(this::perform);
  }

  private void onUnlinked(Unlinked unlinked) {
    if (link.filter(now -> now.address().equals(unlinked.address())).isPresent()) {
      getContext().getLog().warn("without a link to the cluster; {}", phase(state));
      link = Optional.empty();
    }
  }

  private void onTimer(Timer timer) {
    switch (timer) {
      case HEARTBEAT -> onHeartbeat();
      case RESEND -> state.resend().forEach(this::perform);
    }
  }

  private void onHeartbeat() {
    link.ifPresent(
        now ->
            now.peers().placement().tell(new PlacementMessage.Heartbeat(status(), now.address())));
    state.running().ifPresent(this::perform);
    oversight.watchdog().hung().ifPresent(this::onHung);
    if (state.health().isQuarantined()) {
      onQuarantined();
    }
  }

  private void onHung(AttemptRef attempt) {
    getContext()
        .getLog()
        .error("a step hangs attempt={} for more than {}", attempt, config.device().stepDeadline());
    oversight.exit().accept(WorkerExit.STEP_HUNG);
  }

  /** Ends once the failure is acknowledged, or nobody is there to do so, and placement knows. */
  private void onQuarantined() {
    quarantinedBeats++;
    boolean told =
        state.outbox().isEmpty()
            || config.heartbeat().multipliedBy(quarantinedBeats).compareTo(config.drain()) > 0;
    if (quarantinedBeats > 1 && told) {
      getContext().getLog().error("the device is quarantined after {}", state.health());
      oversight.exit().accept(WorkerExit.QUARANTINED);
    }
  }

  private WorkerStatus status() {
    return profile.status(
        state.active().stream()
            .map(
                active ->
                    new WorkerStatus.RunningTask(
                        active.ref().task(), active.ref().attempt(), active.progress()))
            .toList(),
        state.draining(),
        state.health().isQuarantined());
  }

  private void follow(Decision decision) {
    logTransition(decision);
    state = decision.next();
    decision.effects().forEach(this::perform);
  }

  private void perform(WorkerEffect effect) {
    switch (effect) {
      case WorkerEffect.Begin begin -> device.tell(new Device.Begin(begin.assignment(), events));
      case WorkerEffect.Halt halt -> device.tell(new Device.Halt(halt.attempt()));
      case WorkerEffect.Release release -> device.tell(new Device.Release(release.attempt()));
      case WorkerEffect.Finish finish -> device.tell(new Device.Finish(finish.attempt()));
      case WorkerEffect.Confirm confirm ->
          device.tell(new Device.Confirm(confirm.attempt(), confirm.manifest()));
      case WorkerEffect.Tell tell -> tell(tell);
      case WorkerEffect.Leave leave -> leave();
    }
  }

  private void tell(WorkerEffect.Tell tell) {
    link.ifPresent(
        now ->
            now.peers()
                .owners()
                .tell(
                    tell.partition(),
                    new OwnerMessage.FromWorker(
                        tell.attempt().task(),
                        tell.attempt().attempt(),
                        profile.id(),
                        tell.number(),
                        tell.report(),
                        now.address())));
  }

  private void leave() {
    leaving.forEach(waiting -> waiting.tell(Done.getInstance()));
    leaving.clear();
  }

  private void logTransition(Decision decision) {
    String from = phase(state);
    String to = phase(decision.next());
    if (!from.equals(to)) {
      getContext().getLog().info("{} -> {}{}", from, to, outcome(decision));
    }
  }

  private static String phase(WorkerState state) {
    return state
        .active()
        .map(active -> active.phase() + " " + active.ref())
        .orElse(state.draining() ? "DRAINING" : "IDLE");
  }

  private static String outcome(Decision decision) {
    for (WorkerEffect effect : decision.effects()) {
      if (effect instanceof WorkerEffect.Tell tell) {
        return switch (tell.report()) {
          case WorkerReport.Failed failed ->
              ": " + failed.failure().code() + " " + failed.failure().message();
          case WorkerReport.Completed completed -> ": " + completed.cost();
          default -> "";
        };
      }
    }
    return "";
  }
}
