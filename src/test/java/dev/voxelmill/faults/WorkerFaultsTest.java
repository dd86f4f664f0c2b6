package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    assertEquals(cluster.jobs().files("f01-undisturbed"), cluster.jobs().files("f01-killed"));
    long durable = cluster.jobs().durableBefore("f01-killed", "distill", 2);
    long resumed = cluster.jobs().firstStepAfter("f01-killed", "distill", 1);
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
    long before = cluster.jobs().lastStep("f03", "synthetic", attempt);
    int exit = leaving.terminate(Eventually.LIMIT);
    cluster.jobs().awaitSuccess("f03");

    assertEquals(0, exit, leaving.lastWords());
    long resumed = cluster.jobs().firstStepAfter("f03", "synthetic", attempt);
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
}
