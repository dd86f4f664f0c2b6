package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.LiveAttempt;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The live attempts of one job and what time asks for them: a {@code Run} is sent until its worker
 * speaks, a lease ends after silence, and progress is told at most so often. It sees no clock and
 * no actor; {@link JobSupervisor} carries out what it asks for, and so does the simulation.
 */
public final class AttemptLeases {
  /** What can fall due; equal alarms replace each other. */
  public record Alarm(Kind kind, TaskRef task) {
    /** Why the alarm was set. */
    public enum Kind {
      /** The worker was silent for a whole lease. */
      LEASE_ENDED,
      /** The worker has not answered its {@code Run}. */
      SEND_AGAIN,
      /** Until then progress of the task is not published. */
      QUIET
    }
  }

  /** Carries out what is asked for. */
  public interface Surroundings {
    /** Rings once after that time, unless it is set anew or cancelled before. */
    void set(Alarm alarm, Duration after);

    void cancel(Alarm alarm);

    boolean isSet(Alarm alarm);

    void tell(ActorRef<WorkerCommand> worker, WorkerCommand command);

    /** Publishes an event that may be lost. */
    void publish(TaskRef task, long seq, EventRecord.Event event);

    void lost(PartitionOwner.AttemptLost lost);
  }

  /**
   * An attempt whose lease runs.
   *
   * @param adopted true while it has the longer lease of one that an earlier owner granted
   * @param ref none until its worker has reported to this owner, unless this owner granted it
   */
  private record Live(
      int attempt,
      WorkerId worker,
      boolean adopted,
      Optional<ActorRef<WorkerCommand>> ref,
      Optional<Assignment> unanswered) {}

  private final OwnerConfig config;
  private final Surroundings surroundings;
  private final Map<TaskRef, Live> attempts = new HashMap<>();

  public AttemptLeases(OwnerConfig config, Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
  }

  /** An attempt was granted: it is sent until its worker reports. */
  public void dispatch(Assignment assignment, WorkerId worker, ActorRef<WorkerCommand> ref) {
    TaskRef task = assignment.task();
    attempts.put(
        task,
        new Live(assignment.attempt(), worker, false, Optional.of(ref), Optional.of(assignment)));
    startLease(task, config.lease());
    send(task, ref, assignment);
  }

  /**
   * An attempt that an earlier owner granted. Whatever ended that owner may have cost the worker
   * its membership of the cluster, so it has the time that joining again takes.
   */
  public void adopt(LiveAttempt attempt) {
    attempts.put(
        attempt.task(),
        new Live(attempt.attempt(), attempt.worker(), true, Optional.empty(), Optional.empty()));
    startLease(attempt.task(), config.adoption());
  }

  /**
   * The cluster has lost a worker. One that was only waited for has an ordinary lease from now on:
   * enough for one that is joining again under a new address.
   */
  public void gone(WorkerId worker) {
    attempts.replaceAll(
        (task, live) -> {
          if (!live.adopted() || !live.worker().equals(worker)) {
            return live;
          }
          startLease(task, config.lease());
          return new Live(live.attempt(), worker, false, live.ref(), live.unanswered());
        });
  }

  /**
   * The worker of a live attempt has spoken.
   *
   * @param seq the job's current number
   * @param isTold whether what it says of its progress may be published
   */
  public void heard(FromWorker message, long seq, boolean isTold) {
    TaskRef task = message.task();
    Live live = attempts.get(task);
    if (live == null || live.attempt() != message.attempt()) {
      return;
    }
    surroundings.cancel(new Alarm(Alarm.Kind.SEND_AGAIN, task));
    attempts.put(
        task,
        new Live(
            live.attempt(), live.worker(), false, Optional.of(message.ref()), Optional.empty()));
    startLease(task, config.lease());
    if (isTold) {
      publish(message, seq);
    }
  }

  /** The attempt is over; a reason is passed on to its worker. */
  public void end(TaskRef task, int attempt, Optional<String> stop) {
    Live live = attempts.get(task);
    if (live == null || live.attempt() != attempt) {
      return;
    }
    attempts.remove(task);
    surroundings.cancel(new Alarm(Alarm.Kind.LEASE_ENDED, task));
    surroundings.cancel(new Alarm(Alarm.Kind.SEND_AGAIN, task));
    stop.ifPresent(
        reason ->
            live.ref()
                .ifPresent(
                    ref -> surroundings.tell(ref, new WorkerCommand.Stop(task, attempt, reason))));
  }

  /** Passes a word on to the worker of an attempt that is alive, if its worker is known. */
  public void tell(TaskRef task, int attempt, WorkerCommand word) {
    Live live = attempts.get(task);
    if (live != null && live.attempt() == attempt) {
      live.ref().ifPresent(ref -> surroundings.tell(ref, word));
    }
  }

  /** An alarm rings. */
  public void ring(Alarm alarm) {
    Live live = attempts.get(alarm.task());
    if (live == null) {
      return;
    }
    switch (alarm.kind()) {
      case LEASE_ENDED ->
          surroundings.lost(
              new PartitionOwner.AttemptLost(alarm.task(), live.attempt(), live.worker()));
      case SEND_AGAIN ->
          live.unanswered()
              .ifPresent(
                  assignment -> live.ref().ifPresent(ref -> send(alarm.task(), ref, assignment)));
      case QUIET -> {}
    }
  }

  private void send(TaskRef task, ActorRef<WorkerCommand> ref, Assignment assignment) {
    surroundings.tell(ref, new WorkerCommand.Run(assignment));
    surroundings.set(new Alarm(Alarm.Kind.SEND_AGAIN, task), config.resend());
  }

  private void startLease(TaskRef task, Duration lease) {
    surroundings.set(new Alarm(Alarm.Kind.LEASE_ENDED, task), lease);
  }

  private void publish(FromWorker message, long seq) {
    TaskRef task = message.task();
    switch (message.report()) {
      case WorkerReport.Running running -> {
        Alarm quiet = new Alarm(Alarm.Kind.QUIET, task);
        // Step 0 of a task that resumes at step 400 would be news that is not true.
        if (running.progress().hasTotal() && !surroundings.isSet(quiet)) {
          surroundings.set(quiet, config.progress());
          surroundings.publish(
              task, seq, progress(task.task(), message.attempt(), running.progress()));
        }
      }
      case WorkerReport.Previewed preview ->
          surroundings.publish(
              task,
              seq,
              new EventRecord.Preview(
                  task.task(), message.attempt(), preview.step(), preview.picture()));
      case WorkerReport.Started report -> {}
      case WorkerReport.Refused report -> {}
      case WorkerReport.Checkpointed report -> {}
      case WorkerReport.CheckpointRejected report -> {}
      case WorkerReport.Completed report -> {}
      case WorkerReport.Failed report -> {}
      case WorkerReport.Released report -> {}
    }
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
}
