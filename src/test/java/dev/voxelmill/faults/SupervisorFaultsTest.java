package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.topic.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FaultExtension.class)
class SupervisorFaultsTest {
  /** Checkpoints, a second of work each: longer than it takes to notice that nobody is there. */
  private static final int ALONE = 8;

  /** Longer than a lone first seed would need to found a cluster and to place something. */
  private static final int LONG_ALONE = 25;

  @Test
  @Tag("faults")
  @Fault(
      id = "F05",
      what = "each supervisor in turn killed with -9 and started again",
      also = "running jobs tell of progress while one supervisor is missing")
  void supervisorsMayDieOneByOne(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f05-a", 600, 100));
    cluster.submit(Jobs.synthetic("f05-b", 600, 100));
    cluster.jobs().awaitStep("f05-a", "synthetic", 1);
    cluster.jobs().awaitStep("f05-b", "synthetic", 1);

    for (Part supervisor : cluster.supervisors()) {
      supervisor.kill();
      Instant killed = Instant.now();
      for (String job : List.of("f05-a", "f05-b")) {
        Eventually.holds(job + " is heard of again", () -> hasNews(cluster, job, killed));
      }
      outcome.fired(
          "all jobs heard of again %d s after a kill"
              .formatted(Duration.between(killed, Instant.now()).toSeconds()));
      cluster.heal();
    }

    cluster.jobs().awaitSuccess("f05-a", "f05-b");
  }

  @Test
  @Fault(
      id = "F05",
      what = "all supervisors killed with -9 at once: the outage of a lost majority",
      also = "workers go on computing and checkpointing without any; it heals without an operator")
  void withoutAnySupervisorWorkGoesOn(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f05-all", 300, 100));
    cluster.jobs().awaitCheckpoint("f05-all", "synthetic", 10);

    Part worker = cluster.holder("f05-all", "synthetic");
    for (Part supervisor : cluster.supervisors()) {
      supervisor.kill();
    }
    long chunks = cluster.observer().checkpointChunks();
    Eventually.holds(
        "the worker goes on writing checkpoints",
        () -> cluster.observer().checkpointChunks() >= chunks + ALONE);
    cluster.heal();
    cluster.jobs().awaitSuccess("f05-all");

    assertTrue(worker.isAlive(), worker.lastWords());
    long attempts =
        cluster.jobs().events("f05-all").stream()
            .map(EventRecord::event)
            .filter(EventRecord.Progress.class::isInstance)
            .map(event -> ((EventRecord.Progress) event).attempt())
            .distinct()
            .count();
    outcome.fired("the running task ended in attempt " + attempts + " in the same process");
  }

  @Test
  @Tag("faults")
  @Fault(
      id = "F05",
      what = "two of three supervisors killed with -9, the first seed surviving, then the second",
      also =
          "the survivor places and owns nothing alone, workers compute on; the job ends when the others are back")
  void withoutAMajorityNothingIsDecidedAndWorkersComputeOn(FaultCluster cluster, Outcome outcome)
      throws Exception {
    leaveAlone(0, cluster, outcome);
    leaveAlone(1, cluster, outcome);
  }

  private static void leaveAlone(int survivor, FaultCluster cluster, Outcome outcome)
      throws Exception {
    String id = "f05-majority-" + survivor;
    cluster.submit(Jobs.synthetic(id, 600, 100));
    cluster.jobs().awaitCheckpoint(id, "synthetic", 10);

    Part left = cluster.supervisor(survivor);
    Part worker = cluster.holder(id, "synthetic");
    for (Part supervisor : cluster.supervisors()) {
      if (supervisor != left) {
        supervisor.kill();
      }
    }
    Eventually.holds("nobody places", () -> cluster.fleetNow().isEmpty());
    Instant since = cluster.observer().fleet().orElseThrow().at();
    long chunks = cluster.observer().checkpointChunks();
    Eventually.holds(
        "the worker goes on writing checkpoints",
        () -> cluster.observer().checkpointChunks() >= chunks + LONG_ALONE);

    assertEquals(since, cluster.observer().fleet().orElseThrow().at());
    assertTrue(left.isAlive(), left.lastWords());
    cluster.heal();
    cluster.jobs().awaitSuccess(id);
    assertTrue(worker.isAlive(), worker.lastWords());
    outcome.fired(
        "%d checkpoints without a placement, ended in attempt %d"
            .formatted(LONG_ALONE, cluster.jobs().newestAttempt(id, "synthetic")));
  }

  /** A word about a job that is later than a time, terminal or not. */
  private static boolean hasNews(FaultCluster cluster, String job, Instant after) {
    return cluster.jobs().hasEnded(job)
        || cluster.jobs().events(job).stream().anyMatch(event -> event.time().isAfter(after));
  }
}
