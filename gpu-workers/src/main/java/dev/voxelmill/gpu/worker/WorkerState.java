package dev.voxelmill.gpu.worker;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.gpu.worker.WorkerEffect.Tell;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerReport.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a worker knows and how it decides, without actors.
 *
 * <pre>
 *               Run, same attempt  Run, other      Stop          Release    Finish    drain
 *   idle        -                  begin           forget it     -          -         leave when all is acknowledged
 *   running     ignored            refused         halt          release    finish    release
 *   releasing   ignored            refused         halt          -          -         -
 *   halting     ignored            refused         -             -          -         -
 * </pre>
 *
 * <p>The worker is the arbiter of its device: whoever believes it free may be wrong, and is told
 * so. An attempt that ended stays in {@link #ended} for a while, so that a late duplicate of its
 * {@code Run} cannot start it again. A numbered report stays in {@link #outbox} until the owner has
 * acknowledged it; of several checkpoints of an attempt only the newest waits there, so that an
 * owner's long absence costs no memory.
 *
 * @param active the attempt that holds the device
 * @param outbox reports to send again until they are acknowledged, oldest first
 * @param ended attempts that no longer hold the device, newest last
 * @param draining whether this worker takes no more work
 * @param health whether the device may be trusted with more
 */
record WorkerState(
    Optional<Active> active,
    List<Unacknowledged> outbox,
    List<AttemptRef> ended,
    boolean draining,
    Health health) {
  static final int REMEMBERED = 64;

  WorkerState {
    requireNonNull(active, "active");
    requireNonNull(health, "health");
    outbox = List.copyOf(outbox);
    ended = List.copyOf(ended);
  }

  /** The attempt that holds the device and how far it is. */
  record Active(Assignment assignment, Progress progress, long reports, Phase phase) {
    AttemptRef ref() {
      return AttemptRef.of(assignment);
    }
  }

  /** Whether an attempt is to go on. */
  enum Phase {
    RUNNING,
    /** It ends with a checkpoint, for another worker to go on from. */
    RELEASING,
    /** It ends and is not reported. */
    HALTING
  }

  /** A report that the owner has not acknowledged. */
  record Unacknowledged(int partition, AttemptRef attempt, long number, WorkerReport report) {
    Tell again() {
      return new Tell(partition, attempt, number, report);
    }
  }

  /** The state after an input, and what to do about it, in this order. */
  record Decision(WorkerState next, List<WorkerEffect> effects) {
    Decision {
      effects = List.copyOf(effects);
    }
  }

  static WorkerState idle(int quarantineAfter) {
    return new WorkerState(
        Optional.empty(), List.of(), List.of(), false, Health.sound(quarantineAfter));
  }

  Decision on(WorkerCommand command) {
    return switch (command) {
      case WorkerCommand.Run run -> onRun(run.assignment());
      case WorkerCommand.Stop stop -> onStop(new AttemptRef(stop.task(), stop.attempt()));
      case WorkerCommand.Release release ->
          onRelease(new AttemptRef(release.task(), release.attempt()));
      case WorkerCommand.Finish finish -> onFinish(new AttemptRef(finish.task(), finish.attempt()));
      case WorkerCommand.Acknowledge acknowledge -> onAcknowledge(acknowledge);
    };
  }

  Decision on(DeviceEvent event) {
    if (active.isEmpty() || !active.get().ref().equals(event.attempt())) {
      return unchanged();
    }
    Active now = active.get();
    Decision decision = on(event, now);
    return new Decision(decision.next.with(health.after(event)), decision.effects);
  }

  private Decision on(DeviceEvent event, Active now) {
    return switch (event) {
      case DeviceEvent.Started started -> report(now, new WorkerReport.Started());
      case DeviceEvent.Progressed progressed ->
          next(
              withActive(
                  new Active(now.assignment, progressed.progress(), now.reports, now.phase)));
      case DeviceEvent.Previewed previewed ->
          unchanged(
              tellUnnumbered(
                  now.assignment,
                  new WorkerReport.Previewed(previewed.step(), previewed.picture())));
      case DeviceEvent.Checkpointed checkpointed ->
          report(now, new WorkerReport.Checkpointed(checkpointed.manifest()));
      case DeviceEvent.CheckpointRejected rejected ->
          report(
              now,
              new WorkerReport.CheckpointRejected(
                  rejected.manifest().attempt(), rejected.manifest().number(), rejected.reason()));
      case DeviceEvent.Completed completed ->
          end(now, new WorkerReport.Completed(completed.output(), completed.cost()));
      case DeviceEvent.Failed failed -> end(now, new WorkerReport.Failed(failed.failure()));
      case DeviceEvent.Released released ->
          end(now, new WorkerReport.Released(released.checkpoints()));
      case DeviceEvent.Halted halted -> freed(now).leaveIfDone(List.of());
    };
  }

  /** Takes no more work, gives back what runs, and leaves once everything is acknowledged. */
  Decision drain() {
    WorkerState next = new WorkerState(active, outbox, ended, true, health);
    return active
        .filter(now -> now.phase == Phase.RUNNING)
        .map(now -> next.release(now))
        .orElseGet(() -> next.leaveIfDone(List.of()));
  }

  /** The reports that nobody acknowledged, once more. */
  List<Tell> resend() {
    return outbox.stream().map(Unacknowledged::again).toList();
  }

  /** The lease's heartbeat to the owner of the running task. */
  Optional<Tell> running() {
    return active
        .filter(now -> now.phase != Phase.HALTING)
        .map(now -> tellUnnumbered(now.assignment, new WorkerReport.Running(now.progress)));
  }

  private Decision onRun(Assignment assignment) {
    AttemptRef wanted = AttemptRef.of(assignment);
    if (ended.contains(wanted)) {
      return unchanged();
    }
    if (active.isPresent()) {
      Active now = active.get();
      if (now.ref().equals(wanted)) {
        return unchanged();
      }
      Tell refusal = refusal(assignment, "busy with " + now.ref());
      boolean superseded =
          now.ref().task().equals(wanted.task()) && now.assignment.attempt() < wanted.attempt();
      return superseded ? halt(now, List.of(refusal)) : unchanged(refusal);
    }
    if (draining) {
      return unchanged(refusal(assignment, "draining"));
    }
    if (health.isQuarantined()) {
      return unchanged(refusal(assignment, "quarantined, its device failed again and again"));
    }
    Active begun = new Active(assignment, Progress.OPENING, 0, Phase.RUNNING);
    return new Decision(withActive(begun), List.of(new WorkerEffect.Begin(assignment)));
  }

  private Decision onStop(AttemptRef unwanted) {
    List<Unacknowledged> kept =
        outbox.stream().filter(report -> !report.attempt.equals(unwanted)).toList();
    WorkerState next = new WorkerState(active, kept, ended, draining, health);
    if (active.isPresent() && active.get().ref().equals(unwanted)) {
      return next.halt(active.get(), List.of());
    }
    return next.leaveIfDone(List.of());
  }

  private Decision onRelease(AttemptRef wanted) {
    return runningAs(wanted).map(this::release).orElseGet(this::unchanged);
  }

  private Decision onFinish(AttemptRef wanted) {
    return runningAs(wanted)
        .map(now -> unchanged(new WorkerEffect.Finish(now.ref())))
        .orElseGet(this::unchanged);
  }

  private Optional<Active> runningAs(AttemptRef attempt) {
    return active.filter(now -> now.phase == Phase.RUNNING && now.ref().equals(attempt));
  }

  private Decision release(Active now) {
    return new Decision(withPhase(Phase.RELEASING), List.of(new WorkerEffect.Release(now.ref())));
  }

  private Decision onAcknowledge(WorkerCommand.Acknowledge acknowledge) {
    AttemptRef attempt = new AttemptRef(acknowledge.task(), acknowledge.attempt());
    List<Unacknowledged> kept = new ArrayList<>();
    List<WorkerEffect> effects = new ArrayList<>();
    for (Unacknowledged waiting : outbox) {
      if (!waiting.attempt.equals(attempt) || waiting.number != acknowledge.report()) {
        kept.add(waiting);
      } else if (waiting.report instanceof WorkerReport.Checkpointed checkpointed) {
        effects.add(new WorkerEffect.Confirm(attempt, checkpointed.manifest()));
      }
    }
    return new WorkerState(active, kept, ended, draining, health).leaveIfDone(effects);
  }

  private Decision halt(Active now, List<WorkerEffect> after) {
    if (now.phase == Phase.HALTING) {
      return new Decision(this, after);
    }
    List<WorkerEffect> effects = new ArrayList<>(after);
    effects.addFirst(new WorkerEffect.Halt(now.ref()));
    return new Decision(withPhase(Phase.HALTING), effects);
  }

  /** Sends a report and keeps it; a halting attempt has nothing more to say. */
  private Decision report(Active now, WorkerReport report) {
    if (now.phase == Phase.HALTING) {
      return unchanged();
    }
    Unacknowledged sent =
        new Unacknowledged(now.assignment.partition(), now.ref(), now.reports + 1, report);
    List<Unacknowledged> waiting = new ArrayList<>(outbox);
    if (report instanceof WorkerReport.Checkpointed) {
      waiting.removeIf(
          older ->
              older.attempt.equals(sent.attempt)
                  && older.report instanceof WorkerReport.Checkpointed);
    }
    waiting.add(sent);
    Active counted = new Active(now.assignment, now.progress, sent.number, now.phase);
    return new Decision(
        new WorkerState(Optional.of(counted), waiting, ended, draining, health),
        List.of(sent.again()));
  }

  private Decision end(Active now, WorkerReport last) {
    Decision told = report(now, last);
    return told.next.freed(now).leaveIfDone(told.effects);
  }

  private WorkerState freed(Active was) {
    List<AttemptRef> remembered = new ArrayList<>(ended);
    remembered.add(was.ref());
    if (remembered.size() > REMEMBERED) {
      remembered.removeFirst();
    }
    return new WorkerState(Optional.empty(), outbox, remembered, draining, health);
  }

  private Decision leaveIfDone(List<WorkerEffect> before) {
    if (!draining || active.isPresent() || !outbox.isEmpty()) {
      return new Decision(this, before);
    }
    List<WorkerEffect> effects = new ArrayList<>(before);
    effects.add(new WorkerEffect.Leave());
    return new Decision(this, effects);
  }

  private static Tell refusal(Assignment assignment, String reason) {
    return tellUnnumbered(assignment, new WorkerReport.Refused(reason));
  }

  private static Tell tellUnnumbered(Assignment assignment, WorkerReport report) {
    return new Tell(assignment.partition(), AttemptRef.of(assignment), 0, report);
  }

  private WorkerState withPhase(Phase phase) {
    Active now = active.orElseThrow();
    return withActive(new Active(now.assignment, now.progress, now.reports, phase));
  }

  private WorkerState withActive(Active now) {
    return new WorkerState(Optional.of(now), outbox, ended, draining, health);
  }

  private WorkerState with(Health other) {
    return new WorkerState(active, outbox, ended, draining, other);
  }

  private Decision next(WorkerState state) {
    return new Decision(state, List.of());
  }

  private Decision unchanged(WorkerEffect... effects) {
    return new Decision(this, List.of(effects));
  }
}
