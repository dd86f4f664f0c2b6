package dev.voxelmill.protocols.lifecycle;

import static dev.voxelmill.protocols.lifecycle.Jobs.ONE;
import static dev.voxelmill.protocols.lifecycle.Jobs.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a job goes from acceptance to its asset, and how its record is written. */
class JobStateTest {
  private static final WorkerReport.Started STARTED = new WorkerReport.Started();

  private static final JobFailure NOT_FINITE =
      new JobFailure(JobFailure.Code.NOT_FINITE, "loss: NaN at step 3", false);

  private final JobWalk job = new JobWalk();

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
      for (Decision decision :
          List.of(
              job.grant(task, ONE),
              job.report(task, 1, ONE, STARTED),
              job.report(task, 1, ONE, Jobs.completed(task, 1, ONE)))) {
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
    assertInstanceOf(JobState.Finished.class, job.state());
  }

  @Test
  void aRefusedGrantIsFreeAndOfferedAgain() {
    job.grant("encode", ONE);

    Decision refused = job.report("encode", 1, ONE, new WorkerReport.Refused("busy"));

    assertEquals(1, refused.effects(Effect.Offer.class).size());
    assertEquals(0, job.task("encode").charged());
    Decision again = job.grant("encode", TWO);
    assertEquals(2, again.effects(Effect.Dispatch.class).getFirst().attempt());
  }

  @Test
  void aStaleAttemptIsToldToStopAndChangesNothing() {
    job.grant("encode", ONE);
    job.lose("encode", 1, ONE);
    job.grant("encode", TWO);
    JobState before = job.state();

    Decision stale = job.report("encode", 1, ONE, Jobs.completed("encode", 1, ONE));

    assertEquals(before, stale.next());
    assertEquals(ONE, stale.effects(Effect.TellStop.class).getFirst().worker());
  }

  @Test
  void aStateSurvivesItsJson() {
    job.runToDistill();
    job.grant("distill", ONE);
    job.checkpointed(1, 1, 10);
    var codec = JsonCodec.of(JobState.class);

    byte[] active = codec.encode(job.state());
    job.report("distill", 1, ONE, new WorkerReport.Failed(NOT_FINITE));
    byte[] finished = codec.encode(job.state());

    assertInstanceOf(JobState.Active.class, codec.decode(active));
    assertEquals(job.state(), codec.decode(finished));
    assertTrue(active.length < 16 * 1024, active.length + " bytes");
  }

  @Test
  void aRecordThatAnOlderVersionWroteIsRead() {
    var codec = JsonCodec.of(JobState.class);
    String present = new String(codec.encode(job.state()), UTF_8);

    String older =
        present.replace("\"exhaustedWorkers\":[],", "").replaceFirst("\"depth\":null,", "");

    assertTrue(older.length() < present.length(), present);
    assertEquals(job.state(), codec.decode(older.getBytes(UTF_8)));
  }
}
