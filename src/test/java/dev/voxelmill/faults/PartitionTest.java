package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.faults.Namespaces.End;
import dev.voxelmill.faults.Namespaces.Loss;
import dev.voxelmill.protocols.topic.EventRecord;
import java.io.IOException;
import java.util.List;
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
    Namespaces.assumePermitted();
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
        FaultCluster cluster = net.start()) {
      losesItsTask(net, cluster, "f10-supervisors", alone -> net.cut(alone, net.supervisors()));
      outcome.fired("cut off from supervisors: lease lost, task elsewhere");

      computesOn(net, cluster, "f10-broker", alone -> net.cut(alone, List.of(Namespaces.BROKER)));
      outcome.fired("cut off from the broker: computed on without checkpoints, the job ended");

      Part worker = runs(cluster, "f10-all");
      End alone = net.worker(worker, cluster);
      net.cut(alone, net.everybody(alone));
      cluster.jobs().awaitAttempt("f10-all", "synthetic", 2);
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
        FaultCluster cluster = net.start()) {
      losesItsTask(net, cluster, "f10-mute", alone -> net.loseFrom(alone, net.supervisors()));
      outcome.fired("its words to supervisors lost: task elsewhere");

      losesItsTask(net, cluster, "f10-deaf", alone -> net.loseTo(alone, net.supervisors()));
      outcome.fired("supervisors' words to it lost: task elsewhere");

      computesOn(
          net, cluster, "f10-unanswered", alone -> net.loseTo(alone, List.of(Namespaces.BROKER)));
      cluster.assertSound();
      outcome.fired("the broker's answers to it lost: computed on, stored again, the job ended");
    }
  }

  /** A job whose worker and supervisors lose each other runs elsewhere before all is mended. */
  private static void losesItsTask(Namespaces net, FaultCluster cluster, String id, Loss loss)
      throws IOException, InterruptedException {
    loss.happen(net.worker(runs(cluster, id), cluster));
    cluster.jobs().awaitAttempt(id, "synthetic", 2);
    net.mend();
    cluster.jobs().awaitSuccess(id);
    cluster.heal();
  }

  /** A worker that loses the broker alone computes beyond what is durable before all is mended. */
  private static void computesOn(Namespaces net, FaultCluster cluster, String id, Loss loss)
      throws IOException, InterruptedException {
    loss.happen(net.worker(runs(cluster, id), cluster));
    awaitStepsAhead(cluster, id);
    net.mend();
    cluster.jobs().awaitSuccess(id);
  }

  /** Submits a job and returns the worker that has it, once there is a checkpoint of it. */
  private static Part runs(FaultCluster cluster, String id) {
    cluster.submit(Jobs.synthetic(id, 300, 100));
    cluster.jobs().awaitCheckpoint(id, "synthetic", 10);
    return cluster.holder(id, "synthetic");
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
