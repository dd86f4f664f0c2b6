package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobControlTest {
  private static final JobCommand.Cancel CANCEL = new JobCommand.Cancel();
  private static final JobCommand.Pause PAUSE = new JobCommand.Pause();
  private static final JobCommand.Resume RESUME = new JobCommand.Resume();

  private JobState state = Jobs.accepted().next();

  @Test
  void aQueuedJobThatIsCancelledIsWithdrawnAndAnswered() {
    Decision cancelled = order("c1", CANCEL);

    assertEquals(new JobState.Cancelled("c1"), outcome());
    assertEquals(List.of("encode"), withdrawn(cancelled));
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(cancelled, "c1"));
    assertEquals(2, state.seq());
  }

  @Test
  void aGrantedAndARunningAttemptAreStoppedByACancel() {
    on(new JobEvent.Granted("encode", ONE));
    JobState granted = state;
    on(report("encode", 1, ONE, new WorkerReport.Started()));

    Decision running = order("c1", CANCEL);
    state = granted;
    Decision early = order("c1", CANCEL);

    assertEquals(ONE, running.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(ONE, early.effects(Effect.TellStop.class).getFirst().worker());
  }

  @Test
  void nothingChangesAJobThatWasCancelled() {
    on(new JobEvent.Granted("encode", ONE));
    order("c1", CANCEL);
    JobState cancelled = state;

    Decision late = on(report("encode", 1, ONE, Jobs.completed("encode", 1, ONE)));
    Decision resumed = order("c2", RESUME);

    assertEquals(cancelled, state);
    assertEquals(ONE, late.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(Optional.of(CommandOutcome.ALREADY_FINISHED), answer(resumed, "c2"));
  }

  @Test
  void aCancelledJobDropsItsCheckpointsAndItsUnreadOutputs() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(checkpointed(1, 10));

    Decision cancelled = order("c1", CANCEL);

    assertEquals(
        List.of("encode", "tile", "project", "distill"),
        cancelled.effects(Effect.DropCheckpoints.class).stream()
            .flatMap(drop -> drop.checkpoints().stream())
            .map(CheckpointManifest::task)
            .toList());
  }

  @Test
  void theSameCommandAgainGetsTheSameAnswerAndChangesNothing() {
    order("p1", PAUSE);
    order("r1", RESUME);
    JobState before = state;

    Decision again = order("p1", PAUSE);

    assertEquals(before, state);
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(again, "p1"));
    order("c1", CANCEL);
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(order("c1", CANCEL), "c1"));
  }

  @Test
  void aQueuedJobIsPausedAtOnceAndNotOfferedUntilItIsResumed() {
    Decision paused = order("p1", PAUSE);
    Decision granted = on(new JobEvent.Granted("encode", ONE));
    Decision resumed = order("r1", RESUME);

    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(paused, "p1"));
    assertEquals(List.of("encode"), withdrawn(paused));
    assertEquals(List.of(), granted.effects(Effect.Dispatch.class));
    assertEquals(1, resumed.effects(Effect.Offer.class).size());
    assertEquals(Optional.of(CommandOutcome.RESUMED), answer(resumed, "r1"));
  }

  @Test
  void aRunningJobIsPausedWhenItsWorkerHasGivenTheCheckpointBack() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(report("distill", 1, ONE, new WorkerReport.Started()));

    Decision asked = order("p1", PAUSE);
    Decision stillRunning = on(report("distill", 1, ONE, running()));
    Decision released =
        on(
            report(
                "distill",
                1,
                ONE,
                new WorkerReport.Released(List.of(Jobs.manifest("distill", 1, 1, 42)))));

    assertEquals(1, asked.effects(Effect.TellRelease.class).size());
    assertEquals(Optional.empty(), answer(asked, "p1"));
    assertEquals(1, stillRunning.effects(Effect.TellRelease.class).size(), "it is told again");
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(released, "p1"));
    assertEquals(List.of(), released.effects(Effect.Offer.class));
    assertInstanceOf(Control.Paused.class, active().control().course());

    order("r1", RESUME);
    on(new JobEvent.Granted("distill", TWO));
    assertEquals(42, active().assignment(task("distill"), 0).checkpoints().getFirst().nextStep());
  }

  @Test
  void aPauseTakesBackWhatItsWorkerHasNotBegun() {
    on(new JobEvent.Granted("encode", ONE));

    Decision paused = order("p1", PAUSE);
    Decision late = on(report("encode", 1, ONE, new WorkerReport.Started()));

    assertEquals(ONE, paused.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(paused, "p1"));
    assertEquals(1, late.effects(Effect.TellStop.class).size());
  }

  @Test
  void aJobThatPausesIsPausedWhenItsWorkerIsLostOrItsTaskDone() {
    on(new JobEvent.Granted("encode", ONE));
    on(report("encode", 1, ONE, new WorkerReport.Started()));
    order("p1", PAUSE);
    JobState pausing = state;

    Decision lost = on(new JobEvent.WorkerLost("encode", 1, ONE));
    state = pausing;
    Decision done = on(report("encode", 1, ONE, Jobs.completed("encode", 1, ONE)));

    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(lost, "p1"));
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(done, "p1"));
    assertEquals(List.of(), done.effects(Effect.Offer.class), "the next task is held back");
  }

  @Test
  void aResumeBeforeThePauseIsDoneSupersedesIt() {
    on(new JobEvent.Granted("encode", ONE));
    on(report("encode", 1, ONE, new WorkerReport.Started()));
    order("p1", PAUSE);

    Decision resumed = order("r1", RESUME);
    Decision released = on(report("encode", 1, ONE, new WorkerReport.Released(List.of())));

    assertEquals(Optional.of(CommandOutcome.SUPERSEDED), answer(resumed, "p1"));
    assertEquals(Optional.of(CommandOutcome.RESUMED), answer(resumed, "r1"));
    assertEquals(1, released.effects(Effect.Offer.class).size());
  }

  @Test
  void aJobThatEndsWhilePausingAnswersThatItEnded() {
    runToDistill();
    finish("distill");
    on(new JobEvent.Granted("mesh", ONE));
    on(report("mesh", 1, ONE, new WorkerReport.Started()));
    order("p1", PAUSE);

    Decision last = on(report("mesh", 1, ONE, Jobs.completed("mesh", 1, ONE)));

    assertInstanceOf(JobState.Succeeded.class, outcome());
    assertEquals(Optional.of(CommandOutcome.ALREADY_FINISHED), answer(last, "p1"));
  }

  @Test
  void anotherPriorityIsPublishedAndOfferedAnew() {
    Decision changed = order("h1", new JobCommand.Reprioritise(9));
    Decision same = order("h2", new JobCommand.Reprioritise(9));

    assertEquals(9, active().control().priority());
    assertEquals(1, changed.effects(Effect.Offer.class).size());
    assertEquals(Optional.of(CommandOutcome.REPRIORITISED), answer(changed, "h1"));
    assertEquals(Optional.of(CommandOutcome.UNCHANGED), answer(same, "h2"));
  }

  @Test
  void aCommandThatComesBeforeItsRequestIsCarriedOutWithIt() {
    Decision waiting = JobState.ordered(command("c1", CANCEL), NOON);
    var awaited = assertInstanceOf(AwaitedJob.class, waiting.next());

    Decision begun =
        awaited.requested(Jobs.request(), "b0d1", Plans.of(Jobs.request()), NOON.plusSeconds(5));

    assertEquals(List.of(), waiting.effects());
    assertInstanceOf(JobState.Finished.class, begun.next());
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(begun, "c1"));
  }

  @Test
  void aCommandWithoutARequestIsAnsweredAsUnknownAfterAMinute() {
    state = JobState.ordered(command("c1", CANCEL), NOON).next();
    Duration minute = Duration.ofSeconds(60);

    Decision early = state.on(new JobEvent.TimePassed(), NOON.plus(minute).minusMillis(1));
    Decision late = state.on(new JobEvent.TimePassed(), NOON.plus(minute));

    assertEquals(Optional.of(NOON.plus(minute)), state.wakesAt());
    assertEquals(state, early.next());
    assertEquals(Optional.of(CommandOutcome.UNKNOWN_JOB), answer(late, "c1"));
    assertEquals(new AwaitedJob(state.job(), List.of()), late.next());
  }

  @Test
  void commandsThatWaitAreBoundedAndCountOnce() {
    state = JobState.ordered(command("c0", PAUSE), NOON).next();
    for (int i = 0; i < 40; i++) {
      order("c" + i % 16, PAUSE);
    }

    Decision tooMany = order("c16", PAUSE);

    assertEquals(16, ((AwaitedJob) state).commands().size());
    assertEquals(Optional.of(CommandOutcome.TOO_MANY), answer(tooMany, "c16"));
  }

  @Test
  void whatWasOrderedSurvivesItsJson() {
    var codec = JsonCodec.of(JobState.class);
    JobState awaited = JobState.ordered(command("c1", new JobCommand.Reprioritise(3)), NOON).next();
    on(new JobEvent.Granted("encode", ONE));
    on(report("encode", 1, ONE, new WorkerReport.Started()));
    order("h1", new JobCommand.Reprioritise(3));
    order("p1", PAUSE);
    JobState pausing = state;
    on(new JobEvent.WorkerLost("encode", 1, ONE));
    JobState paused = state;
    order("c1", CANCEL);

    for (JobState each : List.of(awaited, pausing, paused, state)) {
      assertEquals(each, codec.decode(codec.encode(each)));
    }
    assertTrue(codec.encode(paused).length < 16 * 1024);
  }

  private Decision order(String id, JobCommand.Order order) {
    return on(new JobEvent.Ordered(command(id, order)));
  }

  private static JobCommand command(String id, JobCommand.Order order) {
    return new JobCommand(id, Jobs.request().job(), order);
  }

  private Decision on(JobEvent event) {
    Decision decision = state.on(event, NOON);
    state = decision.next();
    return decision;
  }

  private void runToDistill() {
    List.of("encode", "denoise", "tile", "project").forEach(this::finish);
  }

  private void finish(String task) {
    on(new JobEvent.Granted(task, ONE));
    on(report(task, 1, ONE, Jobs.completed(task, 1, ONE)));
  }

  private JobEvent.Reported checkpointed(int number, long nextStep) {
    return report(
        "distill",
        1,
        ONE,
        new WorkerReport.Checkpointed(Jobs.manifest("distill", 1, number, nextStep)));
  }

  private static WorkerReport running() {
    return new WorkerReport.Running(new WorkerReport.Progress(3, 10, 1, 0, 0));
  }

  private static JobEvent.Reported report(
      String task, int attempt, WorkerId worker, WorkerReport report) {
    return new JobEvent.Reported(task, attempt, worker, report);
  }

  private static List<String> withdrawn(Decision decision) {
    return decision.effects(Effect.Withdraw.class).stream().map(w -> w.task().task()).toList();
  }

  private static Optional<CommandOutcome> answer(Decision decision, String commandId) {
    return decision.effects(Effect.Publish.class).stream()
        .map(published -> published.event().event())
        .filter(EventRecord.Answered.class::isInstance)
        .map(EventRecord.Answered.class::cast)
        .filter(answered -> answered.commandId().equals(commandId))
        .map(EventRecord.Answered::outcome)
        .findFirst();
  }

  private JobState.Outcome outcome() {
    return ((JobState.Finished) state).outcome();
  }

  private JobState.Active active() {
    return (JobState.Active) state;
  }

  private TaskState task(String name) {
    return active().task(name).orElseThrow();
  }
}
