package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.topic.FleetRecord;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Most nodes of a cluster are workers, and most of them may go at once. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class NoWorkersTest {
  /** Well beyond what it takes the cluster to remove nodes that died (about 7 s). */
  private static final Duration REMOVAL = Duration.ofSeconds(20);

  @Test
  @Fault(
      id = "F01",
      what = "all workers killed with -9 at once, three of the four nodes of a cluster of its own",
      also =
          "the supervisor neither ends nor leaves, the same placement goes on; what is submitted"
              + " meanwhile is accepted and runs when workers are back")
  void theSupervisorStaysAsItIsWhenAllWorkersDieAtOnce(Outcome outcome) throws Exception {
    try (FaultCluster cluster =
        FaultCluster.start(Files.createTempDirectory("voxelmill-no-workers-"), Layout.here(1, 3))) {
      cluster.submit(Jobs.synthetic("f01-all", 200, 100));
      cluster.jobs().awaitCheckpoint("f01-all", "synthetic", 20);
      FleetRecord before = Eventually.present("a snapshot of the fleet", cluster::fleetNow);

      for (Part worker : cluster.workers()) {
        worker.kill();
      }
      Instant killed = Instant.now();
      cluster.submit(Jobs.synthetic("f01-meanwhile", 10, 10));
      FleetRecord without =
          Eventually.present(
              "placement speaks long after the workers were removed",
              () ->
                  cluster
                      .fleetNow()
                      .filter(fleet -> fleet.at().isAfter(killed.plus(REMOVAL)))
                      .filter(fleet -> fleet.workerCount() == 0 && fleet.queued() == 2));

      assertEquals(before.epoch(), without.epoch(), "another placement has taken over");
      assertTrue(cluster.supervisor(0).isAlive(), cluster.supervisor(0).lastWords());
      cluster.heal();
      cluster.jobs().awaitSuccess("f01-all", "f01-meanwhile");
      cluster.assertSound();
      outcome.fired("placement of epoch " + without.epoch() + " before and after");
    }
  }
}
