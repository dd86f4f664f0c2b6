package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import java.util.Optional;

/** One job that a test leads through its life, an event at a time and all of them at noon. */
final class JobWalk {
  static final JobCommand.Cancel CANCEL = new JobCommand.Cancel();
  static final JobCommand.Pause PAUSE = new JobCommand.Pause();
  static final JobCommand.Resume RESUME = new JobCommand.Resume();

  private JobState state = Jobs.accepted().next();

  JobState state() {
    return state;
  }

  /** Goes on from another state, such as an earlier one. */
  void returnTo(JobState other) {
    state = other;
  }

  Decision on(JobEvent event) {
    Decision decision = state.on(event, NOON);
    state = decision.next();
    return decision;
  }

  Decision grant(String task, WorkerId worker) {
    return on(new JobEvent.Granted(task, worker));
  }

  Decision report(String task, int attempt, WorkerId worker, WorkerReport report) {
    return on(new JobEvent.Reported(task, attempt, worker, report));
  }

  Decision lose(String task, int attempt, WorkerId worker) {
    return on(new JobEvent.WorkerLost(task, attempt, worker));
  }

  /** The first worker has written a checkpoint of the distillation. */
  Decision checkpointed(int attempt, int number, long nextStep) {
    return report(
        "distill",
        attempt,
        ONE,
        new WorkerReport.Checkpointed(Jobs.manifest("distill", attempt, number, nextStep)));
  }

  /** The first worker does a task at the first attempt. */
  void finish(String task) {
    grant(task, ONE);
    report(task, 1, ONE, Jobs.completed(task, 1, ONE));
  }

  /** Does every task before the distillation. */
  void runToDistill() {
    List.of("encode", "denoise", "tile", "project").forEach(this::finish);
  }

  Decision order(String id, JobCommand.Order order) {
    return on(new JobEvent.Ordered(command(id, order)));
  }

  static JobCommand command(String id, JobCommand.Order order) {
    return new JobCommand(id, Jobs.request().job(), order);
  }

  JobState.Active active() {
    return (JobState.Active) state;
  }

  TaskState task(String name) {
    return active().task(name).orElseThrow();
  }

  JobState.Outcome outcome() {
    return ((JobState.Finished) state).outcome();
  }

  /** What a command was answered by a decision, if it was. */
  static Optional<CommandOutcome> answer(Decision decision, String commandId) {
    return decision.effects(Effect.Publish.class).stream()
        .map(published -> published.event().event())
        .filter(EventRecord.Answered.class::isInstance)
        .map(EventRecord.Answered.class::cast)
        .filter(answered -> answered.commandId().equals(commandId))
        .map(EventRecord.Answered::outcome)
        .findFirst();
  }

  /** Tasks that a decision takes back from placement. */
  static List<String> withdrawn(Decision decision) {
    return decision.effects(Effect.Withdraw.class).stream().map(w -> w.task().task()).toList();
  }
}
