package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.JobWalk.CANCEL;
import static dev.voxelmill.protocols.lifecycle.JobWalk.RESUME;
import static dev.voxelmill.protocols.lifecycle.JobWalk.answer;
import static dev.voxelmill.protocols.lifecycle.JobWalk.withdrawn;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A job that is cancelled stops at once and leaves nothing. */
class JobCancelTest {
  private final JobWalk job = new JobWalk();

  @Test
  void aQueuedJobThatIsCancelledIsWithdrawnAndAnswered() {
    Decision cancelled = job.order("c1", CANCEL);

    assertEquals(new JobState.Cancelled("c1"), job.outcome());
    assertEquals(List.of("encode"), withdrawn(cancelled));
    assertEquals(Optional.of(CommandOutcome.CANCELLED), answer(cancelled, "c1"));
    assertEquals(2, job.state().seq());
  }

  @Test
  void aGrantedAndARunningAttemptAreStoppedByACancel() {
    job.grant("encode", ONE);
    JobState granted = job.state();
    job.report("encode", 1, ONE, new WorkerReport.Started());

    Decision running = job.order("c1", CANCEL);
    job.returnTo(granted);
    Decision early = job.order("c1", CANCEL);

    assertEquals(ONE, running.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(ONE, early.effects(Effect.TellStop.class).getFirst().worker());
  }

  @Test
  void nothingChangesAJobThatWasCancelled() {
    job.grant("encode", ONE);
    job.order("c1", CANCEL);
    JobState cancelled = job.state();

    Decision late = job.report("encode", 1, ONE, Jobs.completed("encode", 1, ONE));
    Decision resumed = job.order("c2", RESUME);

    assertEquals(cancelled, job.state());
    assertEquals(ONE, late.effects(Effect.TellStop.class).getFirst().worker());
    assertEquals(Optional.of(CommandOutcome.ALREADY_FINISHED), answer(resumed, "c2"));
  }

  @Test
  void aCancelledJobDropsItsCheckpointsAndItsUnreadOutputs() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);

    Decision cancelled = job.order("c1", CANCEL);

    assertEquals(
        List.of("encode", "tile", "project", "distill"),
        cancelled.effects(Effect.DropCheckpoints.class).stream()
            .flatMap(drop -> drop.checkpoints().stream())
            .map(CheckpointManifest::task)
            .toList());
  }
}
