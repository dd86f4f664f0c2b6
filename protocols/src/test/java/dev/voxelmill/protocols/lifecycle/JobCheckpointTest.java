package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which checkpoints a job's record keeps, and which are dropped. */
class JobCheckpointTest {
  private static final WorkerReport.Started STARTED = new WorkerReport.Started();

  private final JobWalk job = new JobWalk();

  @Test
  void aRejectedCheckpointIsPublishedOnceAndMakesRoomForAnEarlierStep() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);
    job.checkpointed(1, 2, 20);
    job.lose("distill", 1, ONE);
    job.grant("distill", TWO);
    var damaged = new WorkerReport.CheckpointRejected(1, 2, "crc32c: 1 (expected: 2)");

    Decision rejected = job.report("distill", 2, TWO, damaged);
    Decision again = job.report("distill", 2, TWO, damaged);
    job.report(
        "distill", 2, TWO, new WorkerReport.Checkpointed(Jobs.manifest("distill", 2, 1, 15)));

    assertEquals(
        new EventRecord.CheckpointRejected("distill", 1, 2, damaged.reason()),
        rejected.effects(Effect.Publish.class).getFirst().event().event());
    assertEquals(
        List.of(Jobs.manifest("distill", 1, 2, 20)),
        rejected.effects(Effect.DropCheckpoints.class).getFirst().checkpoints());
    assertEquals(List.of(), again.effects(Effect.Publish.class));
    assertEquals(1, again.effects(Effect.Acknowledge.class).size());
    assertEquals(
        List.of(15L, 10L),
        job.task("distill").checkpoints().stream().map(CheckpointManifest::nextStep).toList());
  }

  @Test
  void theRecordKeepsTheLastTwoCheckpointsAndDropsTheOlder() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);
    job.checkpointed(1, 2, 20);

    Decision third = job.checkpointed(1, 3, 30);

    assertEquals(
        List.of(30L, 20L),
        job.task("distill").checkpoints().stream().map(CheckpointManifest::nextStep).toList());
    assertEquals(
        List.of(Jobs.manifest("distill", 1, 1, 10)),
        third.effects(Effect.DropCheckpoints.class).getFirst().checkpoints());
  }

  @Test
  void aCheckpointReportedTwiceIsPublishedOnce() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);
    JobState before = job.state();

    Decision again = job.checkpointed(1, 1, 10);

    assertEquals(before, again.next());
    assertEquals(List.of(new Effect.Acknowledge()), again.effects());
  }

  @Test
  void aReleasedTaskGoesOnFromTheManifestItGaveBack() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.report("distill", 1, ONE, STARTED);
    job.report(
        "distill", 1, ONE, new WorkerReport.Released(List.of(Jobs.manifest("distill", 1, 1, 42))));

    job.grant("distill", TWO);

    var assignment = job.active().assignment(job.task("distill"), 3);
    assertEquals(42, assignment.checkpoints().getFirst().nextStep());
    assertEquals(2, assignment.attempt());
    assertEquals(Set.of("encode", "project"), assignment.inputs().keySet());
  }

  @Test
  void anOutputIsDroppedOnlyWhenItsLastReaderIsDone() {
    job.runToDistill();
    job.finish("distill");
    job.grant("mesh", ONE);

    Decision last = job.report("mesh", 1, ONE, Jobs.completed("mesh", 1, ONE));

    assertEquals(
        List.of("encode", "tile", "distill"),
        last.effects(Effect.DropCheckpoints.class).stream()
            .flatMap(d -> d.checkpoints().stream())
            .map(CheckpointManifest::task)
            .toList());
  }
}
