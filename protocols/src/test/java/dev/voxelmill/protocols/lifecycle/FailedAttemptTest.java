package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a failed or lost attempt costs its task. */
class FailedAttemptTest {
  private static final WorkerReport.Started STARTED = new WorkerReport.Started();

  private static final JobFailure OOM =
      new JobFailure(JobFailure.Code.DEVICE_OOM, "device: full", true);

  private final JobWalk job = new JobWalk();

  @Test
  void theThirdFailureWithoutProgressFailsTheJob() {
    for (int attempt = 1; attempt <= JobState.MAX_CHARGED; attempt++) {
      job.grant("encode", ONE);
      job.report("encode", attempt, ONE, STARTED);
      job.report("encode", attempt, ONE, new WorkerReport.Failed(OOM));
    }

    var finished = assertInstanceOf(JobState.Finished.class, job.state());
    assertEquals(new JobState.Failed(OOM), finished.outcome());
  }

  @Test
  void aTaskRemembersWhereItRanOutOfMemoryUntilItProgresses() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.report("distill", 1, ONE, new WorkerReport.Failed(OOM));
    List<WorkerId> remembered = job.task("distill").exhaustedWorkers();
    job.grant("distill", TWO);
    job.report(
        "distill", 2, TWO, new WorkerReport.Checkpointed(Jobs.manifest("distill", 2, 1, 10)));

    assertEquals(List.of(ONE), remembered);
    assertEquals(List.of(), job.task("distill").exhaustedWorkers());
  }

  @Test
  void aFailureAfterANewerCheckpointIsNotCharged() {
    job.runToDistill();

    for (int attempt = 1; attempt <= 2 * JobState.MAX_CHARGED; attempt++) {
      job.grant("distill", ONE);
      job.checkpointed(attempt, 1, attempt * 10L);
      job.report("distill", attempt, ONE, new WorkerReport.Failed(OOM));
    }

    assertEquals(0, job.task("distill").charged());
    assertEquals(2 * JobState.MAX_CHARGED, job.task("distill").attempt());
  }

  @Test
  void fiveWorkersLostInARowWithoutProgressAreNamedAsCrashed() {
    for (int attempt = 1; attempt <= JobState.MAX_LOST; attempt++) {
      WorkerId worker = new WorkerId("w" + attempt);
      job.grant("encode", worker);
      job.report("encode", attempt, worker, STARTED);
      job.lose("encode", attempt, worker);
    }

    var finished = assertInstanceOf(JobState.Finished.class, job.state());
    var failed = assertInstanceOf(JobState.Failed.class, finished.outcome());
    assertEquals(JobFailure.Code.WORKER_CRASHED, failed.failure().code());
    assertTrue(failed.failure().message().endsWith("w1, w2, w3, w4, w5"));
  }
}
