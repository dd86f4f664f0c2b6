package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.worker.WorkerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kafka is away, shared or full; minutes each. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class OutageTest {
  @Test
  @Fault(
      id = "F09",
      what = "the only broker away for longer than anybody's patience with it",
      also = "workers compute on and store again what was not stored")
  void theBrokerMayBeAwayForLong(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f09", 1500, 100));
    cluster.jobs().awaitCheckpoint("f09", "synthetic", 10);
    Part worker = cluster.holder("f09", "synthetic");

    cluster.broker().kill();
    Eventually.holds(
        "a checkpoint could not be stored", () -> worker.log().contains("is not stored, again"));
    assertTrue(worker.isAlive(), worker.lastWords());
    cluster.startBroker().awaitReady();

    cluster.jobs().awaitSuccess("f09");
    outcome.fired("the task ended in " + cluster.jobs().attempts("f09") + " attempts");
  }

  @Test
  @Fault(
      id = "F33",
      what = "two installations on one broker, the same id in both, one loses its only supervisor",
      also = "each job is run by a worker of its own installation")
  void twoInstallationsOnOneBrokerDoNotMeet(FaultCluster cluster, Outcome outcome)
      throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-other-");
    try (FaultCluster other =
        FaultCluster.start(directory, cluster.layout().beside("other", 1, 1))) {
      cluster.submit(Jobs.synthetic("f33", 100, 50));
      other.submit(Jobs.synthetic("f33", 200, 50));
      long own = other.holder("f33", "synthetic").pid();
      other.supervisor(0).kill();
      cluster.jobs().awaitSuccess("f33");
      other.heal();
      other.jobs().awaitSuccess("f33");

      other.assertSound();
      List<Long> seen =
          cluster.fleetNow().stream()
              .flatMap(fleet -> fleet.workers().stream())
              .map(WorkerStatus::pid)
              .toList();
      assertFalse(seen.contains(own));
      outcome.fired("two jobs of one id, two assets");
    }
  }

  @Test
  @Fault(
      id = "F18",
      what =
          "the broker's disk full (tmpfs of 192 MB), own cluster of one supervisor and one worker",
      also = "the broker ends itself rather than acknowledge; with space again everything goes on")
  void aFullDiskStopsAndDoesNotCorrupt(Outcome outcome) throws Exception {
    Path disk = Files.createTempDirectory("voxelmill-disk-");
    Path directory = Files.createTempDirectory("voxelmill-full-");
    Assumptions.assumeTrue(
        mount(disk), "a file system of its own cannot be mounted here (expected: root)");
    Files.createSymbolicLink(directory.resolve("broker"), disk);
    try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(1, 1))) {
      cluster.submit(Jobs.synthetic("f18-before", 5, 10));
      cluster.jobs().awaitSuccess("f18-before");
      cluster.submit(
          Jobs.request(
              "f18-through",
              "synthetic",
              java.util.Map.of(
                  "synthetic.steps", 300,
                  "synthetic.stepMillis", 50,
                  "synthetic.stateBytes", 2_000_000,
                  "checkpoint.everySteps", 2)));
      cluster.jobs().awaitCheckpoint("f18-through", "synthetic", 2);

      Path filler = disk.resolve("filler");
      fill(filler);
      Eventually.holds("the broker has ended", () -> !cluster.broker().isAlive());
      assertTrue(cluster.broker().log().contains("No space left"), cluster.broker().lastWords());
      Files.delete(filler);
      cluster.heal();
      cluster.jobs().awaitSuccess("f18-through");

      cluster.assertSound();
      outcome.fired("the broker met 'No space left on device' and ended");
    } finally {
      new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
      Files.delete(disk);
    }
  }

  private static boolean mount(Path at) throws IOException, InterruptedException {
    return new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=192m", "faults", at.toString())
            .start()
            .waitFor()
        == 0;
  }

  /** Takes what is left of a file system. */
  private static void fill(Path file) throws IOException, InterruptedException {
    int code = new ProcessBuilder("dd", "if=/dev/zero", "of=" + file, "bs=64k").start().waitFor();
    assertEquals(1, code, "dd should have met the end of the disk");
  }
}
