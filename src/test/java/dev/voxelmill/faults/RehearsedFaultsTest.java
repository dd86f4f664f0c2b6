package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.topic.AssetRecord;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Faults inside a worker, scripted by the job that it runs; the processes are real. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class RehearsedFaultsTest {
  private static final String STAGE = "synthetic";
  private static final int KILLED = 137;
  private static final int QUARANTINED = 12;
  private static final int STEP_HUNG = 13;

  /** Where the second attempt goes on when the first one dies at the checkpoint of step 20. */
  private static final Map<String, Long> POINTS =
      Map.of("before-write", 10L, "after-write", 10L, "after-manifest", 20L);

  @Test
  @Fault(
      id = "F02",
      what =
          "worker dies at a checkpoint: before its chunks, after them, after its manifest is known",
      also = "the newest checkpoint in the job's record is used; same bytes as undisturbed")
  void aWorkerMayDieAtAnyPointOfACheckpoint(FaultCluster cluster, Outcome outcome)
      throws Exception {
    cluster.submit(Jobs.rehearsal("f02-calm", ""));
    cluster.jobs().awaitSuccess("f02-calm");

    for (Map.Entry<String, Long> point : POINTS.entrySet()) {
      String id = "f02-" + point.getKey();
      cluster.submit(Jobs.rehearsal(id, "crash@20:" + point.getKey()));
      awaitExit(cluster, KILLED);
      cluster.jobs().awaitSuccess(id);
      cluster.heal();

      assertEquals(point.getValue(), cluster.jobs().durableBefore(id, STAGE, 2), id);
      assertTrue(cluster.jobs().firstStepAfter(id, STAGE, 1) >= point.getValue(), id);
      assertEquals(cluster.jobs().files("f02-calm"), cluster.jobs().files(id), id);
      outcome.fired(point.getKey() + ": resumed at step " + point.getValue());
    }
  }

  @Test
  @Fault(
      id = "F20",
      what = "device out of memory in mid-step, once and again and again",
      also = "once: survived on the other worker; again: DEVICE_OOM after both")
  void exhaustedMemoryIsATypedFailure(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.rehearsal("f20-again", "oom@5*always"));
    cluster.submit(Jobs.rehearsal("f20-once", "oom@15"));

    JobFailure again = cluster.jobs().awaitFailure("f20-again");
    cluster.jobs().awaitSuccess("f20-once");

    assertEquals(JobFailure.Code.DEVICE_OOM, again.code());
    assertEquals(2, cluster.jobs().holders("f20-again", STAGE).size());
    assertEquals(2, cluster.jobs().holders("f20-once", STAGE).size());
    outcome.fired("survived once at attempt " + cluster.jobs().attempts("f20-once"));
  }

  @Test
  @Fault(
      id = "F21",
      what = "a device that errors for ever",
      also = "quarantined after three errors in a row, exit code 12; a new process takes work")
  void aDeviceThatFailsAgainAndAgainIsQuarantined(FaultCluster cluster, Outcome outcome)
      throws Exception {
    cluster.submit(Jobs.rehearsal("f21-first", "deviceError@1*always"));
    cluster.submit(Jobs.rehearsal("f21-second", "deviceError@1*always"));

    awaitExit(cluster, QUARANTINED);
    assertEquals(JobFailure.Code.DEVICE_ERROR, cluster.jobs().awaitFailure("f21-first").code());
    assertEquals(JobFailure.Code.DEVICE_ERROR, cluster.jobs().awaitFailure("f21-second").code());
    cluster.heal();
    cluster.submit(Jobs.rehearsal("f21-after", ""));
    cluster.jobs().awaitSuccess("f21-after");

    outcome.fired("ended with exit code " + QUARANTINED);
  }

  @Test
  @Fault(
      id = "F22",
      what = "values that are not finite, once and again and again",
      also = "once: rolled back and marked in the manifest; again: NOT_FINITE")
  void valuesThatAreNotFiniteRollBackOnce(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.rehearsal("f22-once", "nan@25"));
    cluster.submit(Jobs.rehearsal("f22-again", "nan@25*always"));

    cluster.jobs().awaitSuccess("f22-once");
    JobFailure again = cluster.jobs().awaitFailure("f22-again");

    assertEquals(List.of("smaller-steps"), asset(cluster, "f22-once").stages().getFirst().marks());
    assertEquals(JobFailure.Code.NOT_FINITE, again.code());
    assertTrue(again.message().contains("step 25"), again.message());
    outcome.fired("rolled back once, then " + again.code());
  }

  @Test
  @Fault(
      id = "F23",
      what = "a step that never returns",
      also = "exit code 13 after worker.step-deadline; the lease moves the task")
  void aHungStepIsEndedByTheWatchdog(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.rehearsal("f23", "hang@25"));

    awaitExit(cluster, STEP_HUNG);
    cluster.jobs().awaitSuccess("f23");

    assertEquals(20, cluster.jobs().durableBefore("f23", STAGE, 2));
    assertTrue(cluster.jobs().firstStepAfter("f23", STAGE, 1) >= 20);
    outcome.fired("ended with exit code " + STEP_HUNG + ", resumed at step 20");
  }

  /** Nothing but that reason ends a worker with that code. */
  private static void awaitExit(FaultCluster cluster, int code) {
    Eventually.holds(
        "a worker has ended with " + code,
        () ->
            cluster.workers().stream()
                .anyMatch(worker -> worker.exitCode().equals(OptionalInt.of(code))));
  }

  private static AssetRecord asset(FaultCluster cluster, String id) {
    return cluster.observer().read().assets().stream()
        .filter(asset -> asset.job().id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
