package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.storage.topics.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters that take one another's topics for their own. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class SharedTopicsTest {
  /** All requests are for one home partition, so that its owners meet soon. */
  private static final int BUSY = 3;

  /** Here nobody has anything to commit for as long as a job runs. */
  private static final int QUIET = 5;

  @TempDir Path directory;

  @Test
  @Fault(
      id = "F33",
      what = "a second installation of one supervisor and one worker started on the same topics",
      also =
          "the owners of a partition fence one another, also where one job runs and nothing else"
              + " happens, and raise the alarm, which workers and queue show; without the second"
              + " installation it is over")
  void aSecondInstallationOnTheSameTopicsRaisesTheAlarm(FaultCluster cluster, Outcome outcome)
      throws Exception {
    Iterator<String> ids = idsAt(BUSY, cluster.layout().installation());
    String quiet = idsAt(QUIET, cluster.layout().installation()).next();
    String busy = ids.next();
    List<String> requested = new ArrayList<>();
    cluster.submit(Jobs.unsaved(quiet, 4000, 100));
    cluster.submit(Jobs.synthetic(busy, 400, 100));
    cluster.jobs().awaitStep(quiet, "synthetic", 1);
    cluster.jobs().awaitCheckpoint(busy, "synthetic", 10);

    Layout mistaken = cluster.layout().beside(cluster.layout().prefix(), 1, 1);
    try (FaultCluster other = FaultCluster.start(directory.resolve("other"), mistaken)) {
      // Either owner takes each request for its own, and only one of them can commit.
      Eventually.holds(
          "the alarm is raised where requests arrive",
          () -> {
            if (requested.isEmpty() || !cluster.jobs().events(requested.getLast()).isEmpty()) {
              requested.add(ids.next());
              cluster.submit(Jobs.synthetic(requested.getLast(), 5, 20));
            }
            return isAlarmed(BUSY, cluster);
          });
      Eventually.holds("the alarm is raised where a job runs", () -> isAlarmed(QUIET, cluster));
      assertTells("workers", cluster);
      assertTells("queue", cluster);
    }
    outcome.fired("an alarm after %d requests, and one without any".formatted(requested.size()));

    cluster.heal();
    cluster.order(quiet, new JobCommand.Cancel());
    Eventually.holds(
        "the alarm is over",
        () -> cluster.fleetNow().filter(fleet -> fleet.contested().isEmpty()).isPresent());
    cluster.submit(Jobs.synthetic("f33-after", 5, 20));
    cluster.jobs().awaitSuccess("f33-after", busy);
    cluster.jobs().awaitSuccess(requested.toArray(String[]::new));
    assertEquals(1, cluster.jobs().attempts("f33-after"));
  }

  private static Iterator<String> idsAt(int partition, Installation installation) {
    return IntStream.iterate(1, i -> i + 1)
        .mapToObj(i -> "f33-" + i)
        .filter(id -> installation.home(job(id)) == partition)
        .iterator();
  }

  private static JobId job(String id) {
    return new JobId(JobId.DEFAULT_TENANT, id);
  }

  private static boolean isAlarmed(int partition, FaultCluster cluster) {
    return cluster.fleetNow().stream()
        .flatMap(fleet -> fleet.contested().stream())
        .anyMatch(contested -> contested.partition() == partition);
  }

  /** Either placement may have written the newest snapshot, so that the command is run again. */
  private void assertTells(String command, FaultCluster cluster) {
    String alarm = "ALARM: partition %d is contested".formatted(QUIET);
    Eventually.holds(command + " tells of the alarm", () -> run(command, cluster).contains(alarm));
  }

  private String run(String command, FaultCluster cluster) {
    try {
      Path printed = Files.createTempDirectory(directory, command);
      Process running =
          Launcher.start(printed, List.of(command, "--bootstrap", cluster.layout().broker()));
      Eventually.holds(command + " has ended", () -> !running.isAlive());
      assertEquals(0, running.exitValue(), () -> Launcher.printed(printed));
      return Launcher.printed(printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
