package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.topic.EventRecord;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers in network namespaces, whose ways to broker and supervisors are cut one by one. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class PartitionTest {
  @Test
  @Fault(
      id = "F10",
      what =
          "a worker cut off from the supervisors, then from the broker, then from everybody (ip netns)",
      also =
          "the lease decides: cut off from supervisors alone it loses its task and computes on in vain; jobs end")
  void aWorkerMayBeCutOffFromAnybody(Outcome outcome) throws Exception {
    Assumptions.assumeTrue(
        Namespaces.permitted(),
        "network namespaces cannot be made here (expected: root, ip netns)");
    try (Namespaces net = Namespaces.create(2);
        FaultCluster cluster =
            FaultCluster.start(
                Files.createTempDirectory("voxelmill-net-"),
                Layout.on(Namespaces.BROKER, Namespaces.SUPERVISORS, 3, net.places()))) {
      cluster.submit(Jobs.synthetic("f10-supervisors", 300, 100));
      cluster.jobs().awaitCheckpoint("f10-supervisors", "synthetic", 10);
      int alone = net.indexOf(cluster.holder("f10-supervisors", "synthetic"), cluster);
      net.cut(alone, Namespaces.SUPERVISORS);
      Eventually.holds(
          "the task runs elsewhere", () -> runsInAttempt(cluster, "f10-supervisors", 2));
      outcome.fired("cut off from supervisors: lease lost, task elsewhere");
      net.mend(alone, Namespaces.SUPERVISORS);
      cluster.jobs().awaitSuccess("f10-supervisors");
      cluster.heal();

      cluster.submit(Jobs.synthetic("f10-broker", 200, 100));
      cluster.jobs().awaitCheckpoint("f10-broker", "synthetic", 10);
      Part mute = cluster.holder("f10-broker", "synthetic");
      int unheard = net.indexOf(mute, cluster);
      net.cut(unheard, Namespaces.BROKER);
      Eventually.holds(
          "a checkpoint could not be stored", () -> mute.log().contains("is not stored, again"));
      net.mend(unheard, Namespaces.BROKER);
      cluster.jobs().awaitSuccess("f10-broker");
      outcome.fired("cut off from the broker: snapshots failed, the job ended");

      cluster.submit(Jobs.synthetic("f10-all", 200, 100));
      cluster.jobs().awaitCheckpoint("f10-all", "synthetic", 10);
      Part lonely = cluster.holder("f10-all", "synthetic");
      int island = net.indexOf(lonely, cluster);
      net.unplug(island);
      Eventually.holds("the task runs elsewhere", () -> runsInAttempt(cluster, "f10-all", 2));
      Eventually.holds("it knows", () -> lonely.log().contains("without a link"));
      net.plug(island);
      cluster.jobs().awaitSuccess("f10-all");
      cluster.heal();
      assertTrue(lonely.isAlive(), lonely.lastWords());
      cluster.assertSound();
      outcome.fired("cut off from everybody: task elsewhere, joined again in the same process");
    }
  }

  private static boolean runsInAttempt(FaultCluster cluster, String id, int attempt) {
    List<EventRecord> events = cluster.jobs().events(id);
    return events.stream()
        .anyMatch(e -> e.event() instanceof EventRecord.Progress p && p.attempt() >= attempt);
  }
}
