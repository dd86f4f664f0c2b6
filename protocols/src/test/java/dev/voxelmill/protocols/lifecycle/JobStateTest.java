package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.NOON;
import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobStateTest {
  private static final WorkerReport.Started STARTED = new WorkerReport.Started();
  private static final JobFailure OOM =
      new JobFailure(JobFailure.Code.DEVICE_OOM, "device: full", true);

  private JobState state = Jobs.accepted().next();

  @Test
  void anAcceptedJobOffersTheTaskThatHasNoInputs() {
    Decision first = Jobs.accepted();

    assertEquals(1, first.next().seq());
    assertEquals(
        List.of("encode"),
        first.effects(Effect.Offer.class).stream().map(o -> o.task().task()).toList());
  }

  @Test
  void aJobWalksThroughItsPlanToAnAssetWithGaplessNumbers() {
    List<EventRecord> published =
        new ArrayList<>(
            Jobs.accepted().effects(Effect.Publish.class).stream()
                .map(Effect.Publish::event)
                .toList());

    List<Effect.PublishAsset> assets = new ArrayList<>();
    for (String task : List.of("encode", "denoise", "tile", "project", "distill", "mesh")) {
      for (JobEvent event :
          List.of(
              new JobEvent.Granted(task, ONE),
              report(task, 1, ONE, STARTED),
              report(task, 1, ONE, Jobs.completed(task, 1, ONE)))) {
        Decision decision = on(event);
        decision.effects(Effect.Publish.class).forEach(p -> published.add(p.event()));
        assets.addAll(decision.effects(Effect.PublishAsset.class));
      }
    }

    for (int i = 0; i < published.size(); i++) {
      assertEquals(i + 1, published.get(i).seq());
    }
    assertInstanceOf(EventRecord.Succeeded.class, published.getLast().event());
    assertEquals(1, assets.size());
    assertEquals(6, assets.getFirst().asset().stages().size());
    assertEquals("cpu-test", assets.getFirst().asset().deviceClass());
    assertInstanceOf(JobState.Finished.class, state);
  }

  @Test
  void aRejectedCheckpointIsPublishedOnceAndMakesRoomForAnEarlierStep() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(checkpointed(1, 1, 10));
    on(checkpointed(1, 2, 20));
    on(new JobEvent.WorkerLost("distill", 1, ONE));
    on(new JobEvent.Granted("distill", TWO));
    var damaged = new WorkerReport.CheckpointRejected(1, 2, "crc32c: 1 (expected: 2)");

    Decision rejected = on(report("distill", 2, TWO, damaged));
    Decision again = on(report("distill", 2, TWO, damaged));
    on(
        report(
            "distill", 2, TWO, new WorkerReport.Checkpointed(Jobs.manifest("distill", 2, 1, 15))));

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
        task("distill").checkpoints().stream().map(CheckpointManifest::nextStep).toList());
  }

  @Test
  void aRefusedGrantIsFreeAndOfferedAgain() {
    on(new JobEvent.Granted("encode", ONE));

    Decision refused = on(report("encode", 1, ONE, new WorkerReport.Refused("busy")));

    assertEquals(1, refused.effects(Effect.Offer.class).size());
    assertEquals(0, task("encode").charged());
    Decision again = on(new JobEvent.Granted("encode", TWO));
    assertEquals(2, again.effects(Effect.Dispatch.class).getFirst().attempt());
  }

  @Test
  void aStaleAttemptIsToldToStopAndChangesNothing() {
    on(new JobEvent.Granted("encode", ONE));
    on(new JobEvent.WorkerLost("encode", 1, ONE));
    on(new JobEvent.Granted("encode", TWO));
    JobState before = state;

    Decision stale = on(report("encode", 1, ONE, Jobs.completed("encode", 1, ONE)));

    assertEquals(before, stale.next());
    assertEquals(ONE, stale.effects(Effect.TellStop.class).getFirst().worker());
  }

  @Test
  void theThirdFailureWithoutProgressFailsTheJob() {
    for (int attempt = 1; attempt <= JobState.MAX_CHARGED; attempt++) {
      on(new JobEvent.Granted("encode", ONE));
      on(report("encode", attempt, ONE, STARTED));
      on(report("encode", attempt, ONE, new WorkerReport.Failed(OOM)));
    }

    var finished = assertInstanceOf(JobState.Finished.class, state);
    assertEquals(new JobState.Failed(OOM), finished.outcome());
  }

  @Test
  void aTaskRemembersWhereItRanOutOfMemoryUntilItProgresses() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(report("distill", 1, ONE, new WorkerReport.Failed(OOM)));
    List<WorkerId> remembered = task("distill").exhaustedWorkers();
    on(new JobEvent.Granted("distill", TWO));
    on(
        report(
            "distill", 2, TWO, new WorkerReport.Checkpointed(Jobs.manifest("distill", 2, 1, 10))));

    assertEquals(List.of(ONE), remembered);
    assertEquals(List.of(), task("distill").exhaustedWorkers());
  }

  @Test
  void aFailureAfterANewerCheckpointIsNotCharged() {
    runToDistill();

    for (int attempt = 1; attempt <= 2 * JobState.MAX_CHARGED; attempt++) {
      on(new JobEvent.Granted("distill", ONE));
      on(checkpointed(attempt, 1, attempt * 10L));
      on(report("distill", attempt, ONE, new WorkerReport.Failed(OOM)));
    }

    assertEquals(0, task("distill").charged());
    assertEquals(2 * JobState.MAX_CHARGED, task("distill").attempt());
  }

  @Test
  void fiveWorkersLostInARowWithoutProgressAreNamedAsCrashed() {
    for (int attempt = 1; attempt <= JobState.MAX_LOST; attempt++) {
      WorkerId worker = new WorkerId("w" + attempt);
      on(new JobEvent.Granted("encode", worker));
      on(report("encode", attempt, worker, STARTED));
      on(new JobEvent.WorkerLost("encode", attempt, worker));
    }

    var finished = assertInstanceOf(JobState.Finished.class, state);
    var failed = assertInstanceOf(JobState.Failed.class, finished.outcome());
    assertEquals(JobFailure.Code.WORKER_CRASHED, failed.failure().code());
    assertTrue(failed.failure().message().endsWith("w1, w2, w3, w4, w5"));
  }

  @Test
  void theRecordKeepsTheLastTwoCheckpointsAndDropsTheOlder() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(checkpointed(1, 1, 10));
    on(checkpointed(1, 2, 20));

    Decision third = on(checkpointed(1, 3, 30));

    assertEquals(
        List.of(30L, 20L),
        task("distill").checkpoints().stream().map(CheckpointManifest::nextStep).toList());
    assertEquals(
        List.of(Jobs.manifest("distill", 1, 1, 10)),
        third.effects(Effect.DropCheckpoints.class).getFirst().checkpoints());
  }

  @Test
  void aCheckpointReportedTwiceIsPublishedOnce() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(checkpointed(1, 1, 10));
    JobState before = state;

    Decision again = on(checkpointed(1, 1, 10));

    assertEquals(before, again.next());
    assertEquals(List.of(new Effect.Acknowledge()), again.effects());
  }

  @Test
  void aReleasedTaskGoesOnFromTheManifestItGaveBack() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(report("distill", 1, ONE, STARTED));
    on(
        report(
            "distill",
            1,
            ONE,
            new WorkerReport.Released(List.of(Jobs.manifest("distill", 1, 1, 42)))));

    on(new JobEvent.Granted("distill", TWO));

    var assignment = ((JobState.Active) state).assignment(task("distill"), 3);
    assertEquals(42, assignment.checkpoints().getFirst().nextStep());
    assertEquals(2, assignment.attempt());
    assertEquals(Set.of("encode", "project"), assignment.inputs().keySet());
  }

  @Test
  void anOutputIsDroppedOnlyWhenItsLastReaderIsDone() {
    runToDistill();
    finish("distill");
    on(new JobEvent.Granted("mesh", ONE));

    Decision last = on(report("mesh", 1, ONE, Jobs.completed("mesh", 1, ONE)));

    assertEquals(
        List.of("encode", "tile", "distill"),
        last.effects(Effect.DropCheckpoints.class).stream()
            .flatMap(d -> d.checkpoints().stream())
            .map(CheckpointManifest::task)
            .toList());
  }

  @Test
  void aStateSurvivesItsJson() {
    runToDistill();
    on(new JobEvent.Granted("distill", ONE));
    on(checkpointed(1, 1, 10));
    var codec = JsonCodec.of(JobState.class);

    byte[] active = codec.encode(state);
    on(report("distill", 1, ONE, new WorkerReport.Failed(failure(false))));
    byte[] finished = codec.encode(state);

    assertInstanceOf(JobState.Active.class, codec.decode(active));
    assertEquals(state, codec.decode(finished));
    assertTrue(active.length < 16 * 1024, active.length + " bytes");
  }

  @Test
  void aRecordThatAnOlderVersionWroteIsRead() {
    var codec = JsonCodec.of(JobState.class);
    String present = new String(codec.encode(state), UTF_8);

    String older =
        present.replace("\"exhaustedWorkers\":[],", "").replaceFirst("\"depth\":null,", "");

    assertTrue(older.length() < present.length(), present);
    assertEquals(state, codec.decode(older.getBytes(UTF_8)));
  }

  private static JobFailure failure(boolean retryable) {
    return new JobFailure(JobFailure.Code.NOT_FINITE, "loss: NaN at step 3", retryable);
  }

  private void runToDistill() {
    List.of("encode", "denoise", "tile", "project").forEach(this::finish);
  }

  private void finish(String task) {
    on(new JobEvent.Granted(task, ONE));
    on(report(task, 1, ONE, Jobs.completed(task, 1, ONE)));
  }

  private JobEvent.Reported checkpointed(int attempt, int number, long nextStep) {
    return report(
        "distill",
        attempt,
        ONE,
        new WorkerReport.Checkpointed(Jobs.manifest("distill", attempt, number, nextStep)));
  }

  private static JobEvent.Reported report(
      String task, int attempt, WorkerId worker, WorkerReport report) {
    return new JobEvent.Reported(task, attempt, worker, report);
  }

  private Decision on(JobEvent event) {
    Decision decision = state.on(event, NOON);
    state = decision.next();
    return decision;
  }

  private TaskState task(String name) {
    return ((JobState.Active) state).task(name).orElseThrow();
  }
}
