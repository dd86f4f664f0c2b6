package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private JobState state = Jobs.accepted().next();

  /** Distillation lost its first worker after checkpoint 1 and runs on the second. */
  @BeforeEach
  void runDistillTwice() {
    for (String task : List.of("encode", "denoise", "tile", "project")) {
      on(new JobEvent.Granted(task, ONE));
      on(new JobEvent.Reported(task, 1, ONE, Jobs.completed(task, 1, ONE)));
    }
    on(new JobEvent.Granted("distill", ONE));
    on(
        new JobEvent.Reported(
            "distill", 1, ONE, new WorkerReport.Checkpointed(Jobs.manifest("distill", 1, 1, 10))));
    on(new JobEvent.WorkerLost("distill", 1, ONE));
    on(new JobEvent.Granted("distill", TWO));
  }

  @Test
  void whatTheRecordNamesIsNeeded() {
    assertTrue(References.possible(state, "distill", 1, 1));
    assertTrue(References.possible(state, "project", 1, 1000), "distillation reads it");
    assertTrue(References.possible(state, "tile", 1, 1000), "the mesh reads it");
  }

  @Test
  void whatTheLiveAttemptHasNotReportedYetMayBeNeeded() {
    assertTrue(References.possible(state, "distill", 2, 1));
    assertTrue(References.possible(state, "mesh", 1, 1));
  }

  @Test
  void whatAnOldAttemptLeftUnnamedIsGarbage() {
    assertFalse(References.possible(state, "distill", 1, 2));
    assertFalse(References.possible(state, "project", 1, 3));
    assertFalse(References.possible(state, "denoise", 1, 1000), "its only reader is done");
    assertFalse(References.possible(state, "no-such-task", 1, 1));
  }

  @Test
  void aPausedJobKeepsItsCheckpointHoweverLongItRests() {
    order(new JobCommand.Pause());
    on(new JobEvent.WorkerLost("distill", 2, TWO));
    on(new JobEvent.TimePassed());

    assertTrue(((JobState.Active) state).control().course() instanceof Control.Paused);
    assertTrue(References.possible(state, "distill", 1, 1));
    assertEquals(1, ((JobState.Active) state).task("distill").orElseThrow().checkpoints().size());
  }

  @Test
  void aFinishedJobNeedsNothing() {
    order(new JobCommand.Cancel());

    assertFalse(References.possible(state, "distill", 1, 1));
    assertFalse(References.possible(state, "distill", 2, 1), "a zombie's late one");
  }

  @Test
  void nothingIsGarbageOfAJobThatIsOnlyAwaited() {
    JobState awaited = new AwaitedJob(new JobId("default", "a"), List.of());

    assertTrue(References.possible(awaited, "distill", 1, 1));
  }

  private void order(JobCommand.Order order) {
    on(new JobEvent.Ordered(new JobCommand("c1", state.job(), order)));
  }

  private void on(JobEvent event) {
    state = state.on(event, NOON).next();
  }
}
