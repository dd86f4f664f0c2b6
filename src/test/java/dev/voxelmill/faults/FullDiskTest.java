package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** No room for records, for logs, or for what processes unpack for themselves. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class FullDiskTest {
  @Test
  @Fault(
      id = "F18",
      what =
          "the broker's disk full (tmpfs of 192 MB), own cluster of one supervisor and one worker",
      also = "the broker ends itself rather than acknowledge; with space again everything goes on")
  void aFullDiskStopsAndDoesNotCorrupt(Outcome outcome) throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-full-");
    try (SmallDisk disk = SmallDisk.mount("192m")) {
      Files.createSymbolicLink(directory.resolve("broker"), disk.path());
      try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(1, 1))) {
        cluster.submit(Jobs.synthetic("f18-before", 5, 10));
        cluster.jobs().awaitSuccess("f18-before");
        cluster.submit(
            Jobs.request(
                "f18-through",
                "synthetic",
                Map.of(
                    "synthetic.steps", 300,
                    "synthetic.stepMillis", 50,
                    "synthetic.stateBytes", 2_000_000,
                    "checkpoint.everySteps", 2)));
        cluster.jobs().awaitCheckpoint("f18-through", "synthetic", 2);

        disk.fill();
        Eventually.holds("the broker has ended", () -> !cluster.broker().isAlive());
        disk.requireFull();
        disk.free();
        cluster.heal();
        cluster.jobs().awaitSuccess("f18-through");

        cluster.assertSound();
        outcome.fired("the broker met the end of its disk and ended");
      }
    }
  }

  @Test
  @Fault(
      id = "F18",
      what =
          "no room for the logs and temporary files of supervisors and workers (tmpfs), one of each killed"
              + " and started again meanwhile",
      also =
          "whoever lives works on, a real job included; who starts ends with exit code 1 until there is room")
  void membersNeedNoDiskToWorkOn(@TempDir Path records, Outcome outcome) throws Exception {
    try (SmallDisk disk = SmallDisk.mount("96m")) {
      Path directory = Files.createDirectory(disk.path().resolve("installation"));
      Files.createSymbolicLink(directory.resolve("broker"), records);
      try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(3, 2))) {
        cluster.submit(Jobs.real("f18-calm", 10));
        cluster.jobs().awaitSuccess("f18-calm");
        cluster.submit(Jobs.synthetic("f18-members", 300, 100));
        cluster.jobs().awaitCheckpoint("f18-members", "synthetic", 10);

        disk.fill();
        cluster.submit(Jobs.real("f18-full", 10));
        cluster.jobs().awaitSuccess("f18-full");
        Part owner = cluster.owners().of("f18-members");
        owner.kill();
        cluster.owners().awaitOtherThan(owner, "f18-members");
        Part worker = cluster.holder("f18-members", "synthetic");
        worker.kill();
        cluster.jobs().awaitAttempt("f18-members", "synthetic", 2);
        List<Part> survivors =
            cluster.members().stream().filter(part -> part != owner && part != worker).toList();
        disk.fill(); // who dies gives back the room of the libraries that it has unpacked
        cluster.startAgain();
        List<Part> late =
            cluster.members().stream().filter(part -> !survivors.contains(part)).toList();
        assertEquals(2, late.size());
        Eventually.holds(
            "who starts without room ends with exit code 1",
            () -> late.stream().allMatch(part -> part.exitCode().equals(OptionalInt.of(1))));
        disk.requireFull();

        disk.free();
        cluster.heal();
        cluster.jobs().awaitSuccess("f18-members");
        for (Part part : survivors) {
          assertTrue(part.isAlive(), part.lastWords());
        }
        cluster.assertSound();
        outcome.fired("a real job ran through, another over two kills; all back with the room");
      }
    }
  }

  @Test
  @Fault(
      id = "F18",
      what =
          "no room for the logs of ./voxelmill up (tmpfs), its worker killed twice and its supervisor once meanwhile",
      also =
          "each is started again although its READY line has no room; fetch to the full disk says so and leaves no file")
  void upKeepsAliveWhatItCannotLog(@TempDir Path own, Outcome outcome) throws Exception {
    try (SmallDisk disk = SmallDisk.mount("16m");
        UpSystem up = UpSystem.start(own, disk.path().resolve("data"), own.resolve("records"))) {
      up.submit(Jobs.synthetic("f18-logs", 300, 100));
      up.jobs().awaitCheckpoint("f18-logs", "synthetic", 10);

      disk.fill();
      for (int attempt = 2; attempt <= 3; attempt++) {
        up.kill(UpSystem.WORKER);
        up.jobs().awaitAttempt("f18-logs", "synthetic", attempt);
      }
      up.kill(UpSystem.SUPERVISOR);
      up.jobs().awaitSuccess("f18-logs");
      Path target = disk.path().resolve("fetched");
      assertEquals(1, up.fetch("f18-logs", target), up::printed);
      assertTrue(up.printed().contains("fix: make some"), up::printed);
      disk.requireFull();
      assertFalse(Files.exists(target.resolve("manifest.json")));

      disk.free();
      assertEquals(0, up.fetch("f18-logs", target), up::printed);
      assertTrue(Files.exists(target.resolve("manifest.json")));
      long logged = up.logged(UpSystem.WORKER);
      up.kill(UpSystem.WORKER);
      Eventually.holds("the worker's log grows", () -> up.logged(UpSystem.WORKER) > logged);
      up.assertSound();
      outcome.fired("three kills healed by up without a log; logged again with the room");
    }
  }
}
