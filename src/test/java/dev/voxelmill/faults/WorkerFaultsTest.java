package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FaultExtension.class)
class WorkerFaultsTest {
  private static final int DISTILL_STEPS = 60;

  @Test
  @Fault(
      id = "F01",
      what = "worker killed with -9 in mid-distillation, real model",
      also =
          "every file bit-identical to that of an undisturbed job; resumed from the newest durable step")
  void aTaskOfAKilledWorkerIsResumedWithTheSameBytes(FaultCluster cluster, Outcome outcome)
      throws Exception {
    cluster.submit(Jobs.real("f01-killed", DISTILL_STEPS));
    cluster.submit(Jobs.real("f01-undisturbed", DISTILL_STEPS));
    cluster.jobs().awaitCheckpoint("f01-killed", "distill", 20);

    Part victim = cluster.holder("f01-killed", "distill");
    victim.kill();
    cluster.jobs().awaitSuccess("f01-killed", "f01-undisturbed");

    assertEquals(files(cluster, "f01-undisturbed"), files(cluster, "f01-killed"));
    long durable = durableBefore(cluster, "f01-killed", "distill", 2);
    long resumed = firstStepAfter(cluster, "f01-killed", "distill", 1);
    assertTrue(resumed >= durable, resumed + " < " + durable);
    assertFalse(victim.isAlive());
    outcome.fired("killed after step " + durable + " was durable, resumed at it elsewhere");
  }

  @Test
  @Fault(
      id = "F03",
      what = "worker told to stop with SIGTERM in mid-task",
      also = "exit code 0; no step is done twice")
  void aWorkerThatIsToldToStopGivesItsTaskBack(FaultCluster cluster, Outcome outcome)
      throws Exception {
    cluster.submit(Jobs.synthetic("f03", 200, 100));
    int attempt = cluster.jobs().awaitStep("f03", "synthetic", 23);

    Part leaving = cluster.holder("f03", "synthetic");
    long before = lastStep(cluster, "f03", "synthetic", attempt);
    int exit = leaving.terminate(Eventually.LIMIT);
    cluster.jobs().awaitSuccess("f03");

    assertEquals(0, exit, leaving.lastWords());
    long resumed = firstStepAfter(cluster, "f03", "synthetic", attempt);
    assertTrue(resumed >= before, "left at " + before + ", resumed at " + resumed);
    outcome.fired("left at step " + before + ", resumed at step " + resumed);
  }

  @Test
  @Fault(
      id = "F04",
      what = "worker stopped with SIGSTOP for longer than its lease, then let go on",
      also = "the task runs elsewhere meanwhile; the zombie is told to stop and takes work again")
  void aFrozenWorkerThatComesBackIsRefused(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f04", 150, 100));
    cluster.jobs().awaitCheckpoint("f04", "synthetic", 20);

    int refused = cluster.jobs().newestAttempt("f04", "synthetic");
    Part zombie = cluster.holder("f04", "synthetic");
    zombie.freeze();
    cluster.jobs().awaitAttempt("f04", "synthetic", refused + 1);
    zombie.thaw();
    Eventually.holds(
        "the zombie is free",
        () ->
            cluster.fleetNow().stream()
                .flatMap(fleet -> fleet.workers().stream())
                .anyMatch(w -> w.pid() == zombie.pid() && w.running().isEmpty()));
    cluster.jobs().awaitSuccess("f04");

    assertTrue(zombie.isAlive(), zombie.lastWords());
    outcome.fired("another attempt ran elsewhere, attempt " + refused + " was given up");
  }

  /** Hash of every file of a job's asset. */
  static Map<String, String> files(FaultCluster cluster, String id) {
    return cluster.jobs().events(id).stream()
        .map(EventRecord::event)
        .filter(EventRecord.Succeeded.class::isInstance)
        .flatMap(event -> ((EventRecord.Succeeded) event).files().stream())
        .collect(Collectors.toMap(FileRef::name, file -> file.blob().sha256()));
  }

  private static List<EventRecord.Progress> progress(
      FaultCluster cluster, String id, String stage, IntPredicate attempt) {
    return cluster.jobs().events(id).stream()
        .map(EventRecord::event)
        .filter(EventRecord.Progress.class::isInstance)
        .map(EventRecord.Progress.class::cast)
        .filter(p -> p.stage().equals(stage) && attempt.test(p.attempt()))
        // The first word about an attempt may come before its task is open.
        .filter(p -> p.total() > 0)
        .toList();
  }

  /** Where the task went on; on a busy machine that may have taken more than one attempt. */
  static long firstStepAfter(FaultCluster cluster, String id, String stage, int attempt) {
    return progress(cluster, id, stage, later -> later > attempt).getFirst().step();
  }

  private static long lastStep(FaultCluster cluster, String id, String stage, int attempt) {
    return progress(cluster, id, stage, same -> same == attempt).getLast().step();
  }

  /** The newest step that was durable before the first checkpoint of an attempt. */
  static long durableBefore(FaultCluster cluster, String id, String stage, int attempt) {
    return cluster.jobs().events(id).stream()
        .map(EventRecord::event)
        .filter(EventRecord.Checkpointed.class::isInstance)
        .map(EventRecord.Checkpointed.class::cast)
        .filter(c -> c.stage().equals(stage) && c.attempt() < attempt)
        .mapToLong(EventRecord.Checkpointed::nextStep)
        .max()
        .orElseThrow();
  }
}
