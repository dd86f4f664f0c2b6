package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.JobWalk.CANCEL;
import static dev.voxelmill.protocols.lifecycle.JobWalk.PAUSE;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private final JobWalk job = new JobWalk();

  /** Distillation lost its first worker after checkpoint 1 and runs on the second. */
  @BeforeEach
  void runDistillTwice() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);
    job.lose("distill", 1, ONE);
    job.grant("distill", TWO);
  }

  @Test
  void whatTheRecordNamesIsNeeded() {
    assertTrue(References.possible(job.state(), "distill", 1, 1));
    assertTrue(References.possible(job.state(), "project", 1, 1000), "distillation reads it");
    assertTrue(References.possible(job.state(), "tile", 1, 1000), "the mesh reads it");
  }

  @Test
  void whatTheLiveAttemptHasNotReportedYetMayBeNeeded() {
    assertTrue(References.possible(job.state(), "distill", 2, 1));
    assertTrue(References.possible(job.state(), "mesh", 1, 1));
  }

  @Test
  void whatAnOldAttemptLeftUnnamedIsGarbage() {
    assertFalse(References.possible(job.state(), "distill", 1, 2));
    assertFalse(References.possible(job.state(), "project", 1, 3));
    assertFalse(References.possible(job.state(), "denoise", 1, 1000), "its only reader is done");
    assertFalse(References.possible(job.state(), "no-such-task", 1, 1));
  }

  @Test
  void aPausedJobKeepsItsCheckpointHoweverLongItRests() {
    job.order("p1", PAUSE);
    job.lose("distill", 2, TWO);
    job.on(new JobEvent.TimePassed());

    assertTrue(job.active().control().course() instanceof Control.Paused);
    assertTrue(References.possible(job.state(), "distill", 1, 1));
    assertEquals(1, job.task("distill").checkpoints().size());
  }

  @Test
  void aFinishedJobNeedsNothing() {
    job.order("c1", CANCEL);

    assertFalse(References.possible(job.state(), "distill", 1, 1));
    assertFalse(References.possible(job.state(), "distill", 2, 1), "a zombie's late one");
  }

  @Test
  void nothingIsGarbageOfAJobThatIsOnlyAwaited() {
    JobState awaited = new AwaitedJob(new JobId("default", "a"), List.of());

    assertTrue(References.possible(awaited, "distill", 1, 1));
  }
}
