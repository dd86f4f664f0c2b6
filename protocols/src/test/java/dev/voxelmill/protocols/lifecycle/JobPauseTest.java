package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.JobWalk.PAUSE;
import static dev.voxelmill.protocols.lifecycle.JobWalk.RESUME;
import static dev.voxelmill.protocols.lifecycle.JobWalk.answer;
import static dev.voxelmill.protocols.lifecycle.JobWalk.withdrawn;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A job that is paused gives its worker back, and goes on from there. */
class JobPauseTest {
  private static final WorkerReport RUNNING =
      new WorkerReport.Running(new WorkerReport.Progress(3, 10, 1, 0, 0));

  private final JobWalk job = new JobWalk();

  @Test
  void aQueuedJobIsPausedAtOnceAndNotOfferedUntilItIsResumed() {
    Decision paused = job.order("p1", PAUSE);
    Decision granted = job.grant("encode", ONE);
    Decision resumed = job.order("r1", RESUME);

    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(paused, "p1"));
    assertEquals(List.of("encode"), withdrawn(paused));
    assertEquals(List.of(), granted.effects(Effect.Dispatch.class));
    assertEquals(1, resumed.effects(Effect.Offer.class).size());
    assertEquals(Optional.of(CommandOutcome.RESUMED), answer(resumed, "r1"));
  }

  @Test
  void aRunningJobIsPausedWhenItsWorkerHasGivenTheCheckpointBack() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.report("distill", 1, ONE, new WorkerReport.Started());

    Decision asked = job.order("p1", PAUSE);
    Decision stillRunning = job.report("distill", 1, ONE, RUNNING);
    Decision released =
        job.report(
            "distill",
            1,
            ONE,
            new WorkerReport.Released(List.of(Jobs.manifest("distill", 1, 1, 42))));

    assertEquals(1, asked.effects(Effect.TellRelease.class).size());
    assertEquals(Optional.empty(), answer(asked, "p1"));
    assertEquals(1, stillRunning.effects(Effect.TellRelease.class).size(), "it is told again");
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(released, "p1"));
    assertEquals(List.of(), released.effects(Effect.Offer.class));
    assertInstanceOf(Control.Paused.class, job.active().control().course());

    job.order("r1", RESUME);
    job.grant("distill", TWO);
    assertEquals(
        42, job.active().assignment(job.task("distill"), 0).checkpoints().getFirst().nextStep());
  }

  @Test
  void aPauseTakesBackWhatItsWorkerHasNotBegun() {
    job.grant("encode", ONE);

    Decision paused = job.order("p1", PAUSE);
    Decision late = job.report("encode", 1, ONE, new WorkerReport.Started());

    assertEquals(ONE, paused.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(paused, "p1"));
    assertEquals(1, late.effects(Effect.TellStop.class).size());
  }

  @Test
  void aJobThatPausesIsPausedWhenItsWorkerIsLostOrItsTaskDone() {
    job.grant("encode", ONE);
    job.report("encode", 1, ONE, new WorkerReport.Started());
    job.order("p1", PAUSE);
    JobState pausing = job.state();

    Decision lost = job.lose("encode", 1, ONE);
    job.returnTo(pausing);
    Decision done = job.report("encode", 1, ONE, Jobs.completed("encode", 1, ONE));

    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(lost, "p1"));
    assertEquals(Optional.of(CommandOutcome.PAUSED), answer(done, "p1"));
    assertEquals(List.of(), done.effects(Effect.Offer.class), "the next task is held back");
  }

  @Test
  void aResumeBeforeThePauseIsDoneSupersedesIt() {
    job.grant("encode", ONE);
    job.report("encode", 1, ONE, new WorkerReport.Started());
    job.order("p1", PAUSE);

    Decision resumed = job.order("r1", RESUME);
    Decision released = job.report("encode", 1, ONE, new WorkerReport.Released(List.of()));

    assertEquals(Optional.of(CommandOutcome.SUPERSEDED), answer(resumed, "p1"));
    assertEquals(Optional.of(CommandOutcome.RESUMED), answer(resumed, "r1"));
    assertEquals(1, released.effects(Effect.Offer.class).size());
  }

  @Test
  void aJobThatEndsWhilePausingAnswersThatItEnded() {
    job.runToDistill();
    job.finish("distill");
    job.grant("mesh", ONE);
    job.report("mesh", 1, ONE, new WorkerReport.Started());
    job.order("p1", PAUSE);

    Decision last = job.report("mesh", 1, ONE, Jobs.completed("mesh", 1, ONE));

    assertInstanceOf(JobState.Succeeded.class, job.outcome());
    assertEquals(Optional.of(CommandOutcome.ALREADY_FINISHED), answer(last, "p1"));
  }
}
