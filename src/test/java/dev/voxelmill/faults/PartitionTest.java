package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.faults.Namespaces.End;
import dev.voxelmill.protocols.topic.EventRecord;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every process in a network namespace of its own; a worker is cut off, in one direction or both.
 */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class PartitionTest {
  /** Steps that a worker computes beyond what is durable, three checkpoints of a second each. */
  private static final int AHEAD = 30;

  @BeforeEach
  void requireNamespaces() throws InterruptedException {
    Assumptions.assumeTrue(
        Namespaces.permitted(),
        "network namespaces cannot be made here (expected: root, ip netns)");
  }

  @Test
  @Fault(
      id = "F10",
      what =
          "a worker cut off from the supervisors, then from the broker, then from everybody (ip netns)",
      also =
          "the lease decides: cut off from supervisors alone it loses its task and computes on in vain; jobs end")
  void aWorkerMayBeCutOffFromAnybody(Outcome outcome) throws Exception {
    try (Namespaces net = Namespaces.create(3, 2);
        FaultCluster cluster = start(net)) {
      End alone = runs(net, cluster, "f10-supervisors");
      net.cut(alone, net.supervisors());
      awaitRunElsewhere(cluster, "f10-supervisors");
      net.mend();
      cluster.jobs().awaitSuccess("f10-supervisors");
      cluster.heal();
      outcome.fired("cut off from supervisors: lease lost, task elsewhere");

      End mute = runs(net, cluster, "f10-broker");
      net.cut(mute, List.of(Namespaces.BROKER));
      awaitStepsAhead(cluster, "f10-broker");
      net.mend();
      cluster.jobs().awaitSuccess("f10-broker");
      outcome.fired("cut off from the broker: computed on without checkpoints, the job ended");

      End lonely = runs(net, cluster, "f10-all");
      Part worker = cluster.holder("f10-all", "synthetic");
      List<End> all = new ArrayList<>(net.members(lonely));
      all.add(Namespaces.BROKER);
      net.cut(lonely, all);
      awaitRunElsewhere(cluster, "f10-all");
      cluster.awaitForgotten(worker);
      net.mend();
      cluster.jobs().awaitSuccess("f10-all");
      cluster.heal();
      assertTrue(worker.isAlive(), worker.lastWords());
      cluster.assertSound();
      outcome.fired("cut off from everybody: task elsewhere, joined again in the same process");
    }
  }

  @Test
  @Fault(
      id = "F10",
      what =
          "one direction lost: what a worker tells supervisors, what they tell it, what the broker tells it (ip netns)",
      also = "the other direction passes all the while; the lease decides; jobs end")
  void aWorkerMayBeHeardWithoutHearingAndHearWithoutBeingHeard(Outcome outcome) throws Exception {
    try (Namespaces net = Namespaces.create(3, 2);
        FaultCluster cluster = start(net)) {
      End mute = runs(net, cluster, "f10-mute");
      net.loseFrom(mute, net.supervisors());
      for (End supervisor : net.supervisors()) {
        net.requireOneWay(supervisor, mute);
      }
      awaitRunElsewhere(cluster, "f10-mute");
      net.mend();
      cluster.jobs().awaitSuccess("f10-mute");
      cluster.heal();
      outcome.fired("its words to supervisors lost: task elsewhere");

      End deaf = runs(net, cluster, "f10-deaf");
      net.loseTo(deaf, net.supervisors());
      for (End supervisor : net.supervisors()) {
        net.requireOneWay(deaf, supervisor);
      }
      awaitRunElsewhere(cluster, "f10-deaf");
      net.mend();
      cluster.jobs().awaitSuccess("f10-deaf");
      cluster.heal();
      outcome.fired("supervisors' words to it lost: task elsewhere");

      End unanswered = runs(net, cluster, "f10-unanswered");
      net.loseTo(unanswered, List.of(Namespaces.BROKER));
      net.requireOneWay(unanswered, Namespaces.BROKER);
      awaitStepsAhead(cluster, "f10-unanswered");
      net.mend();
      cluster.jobs().awaitSuccess("f10-unanswered");
      cluster.assertSound();
      outcome.fired("the broker's answers to it lost: computed on, stored again, the job ended");
    }
  }

  private static FaultCluster start(Namespaces net) throws Exception {
    return FaultCluster.start(Files.createTempDirectory("voxelmill-net-"), net.layout());
  }

  /** Submits a job and returns where it runs, once there is a checkpoint of it. */
  private static End runs(Namespaces net, FaultCluster cluster, String id) {
    cluster.submit(Jobs.synthetic(id, 300, 100));
    cluster.jobs().awaitCheckpoint(id, "synthetic", 10);
    return net.worker(cluster.holder(id, "synthetic"), cluster);
  }

  private static void awaitRunElsewhere(FaultCluster cluster, String id) {
    Eventually.holds(
        id + " runs elsewhere", () -> cluster.jobs().newestAttempt(id, "synthetic") >= 2);
  }

  /** Waits until the task is further beyond its newest checkpoint than it ever is by itself. */
  private static void awaitStepsAhead(FaultCluster cluster, String id) {
    Eventually.holds(
        id + " is computed beyond its newest checkpoint",
        () -> {
          List<EventRecord> events = cluster.jobs().events(id);
          return step(events) >= durable(events) + AHEAD;
        });
  }

  private static long step(List<EventRecord> events) {
    return events.stream()
        .map(EventRecord::event)
        .mapToLong(event -> event instanceof EventRecord.Progress p ? p.step() : 0)
        .max()
        .orElse(0);
  }

  private static long durable(List<EventRecord> events) {
    return events.stream()
        .map(EventRecord::event)
        .mapToLong(event -> event instanceof EventRecord.Checkpointed c ? c.nextStep() : 0)
        .max()
        .orElse(0);
  }
}
