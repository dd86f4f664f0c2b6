package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.faults.Namespaces.End;
import dev.voxelmill.faults.Namespaces.Loss;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every process in a network namespace of its own; the supervisor that owns a running job is cut
 * off, in one direction or both.
 */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class SupervisorPartitionTest {
  @BeforeEach
  void requireNamespaces() throws InterruptedException {
    Namespaces.assumePermitted();
  }

  @Test
  @Fault(
      id = "F10",
      what =
          "the supervisor that owns a running job cut off from supervisors and workers, then from the broker,"
              + " then from everybody (ip netns)",
      also =
          "meanwhile the majority takes its partitions over and the job ends; mended, it joins again in the same process")
  void aSupervisorMayBeCutOffFromAnybody(Outcome outcome) throws Exception {
    try (Namespaces net = Namespaces.create(3, 2);
        FaultCluster cluster = net.start()) {
      isolate(net, cluster, "f10-minority", alone -> net.cut(alone, net.members(alone)));
      outcome.fired("cut off from the cluster: gave its partitions up, joined again");

      isolate(net, cluster, "f10-logless", alone -> net.cut(alone, List.of(Namespaces.BROKER)));
      outcome.fired("cut off from the broker: gave its partitions up, joined again");

      isolate(net, cluster, "f10-island", alone -> net.cut(alone, net.everybody(alone)));
      outcome.fired("cut off from everybody: gave its partitions up, joined again");
      cluster.assertSound();
    }
  }

  @Test
  @Fault(
      id = "F10",
      what =
          "one direction lost between the supervisor that owns a running job and all other members: what it sends,"
              + " then what they send (ip netns)",
      also =
          "the other direction passes all the while; the majority takes its partitions over and the job ends; mended, it joins again")
  void aSupervisorMayBeHeardWithoutHearingAndHearWithoutBeingHeard(Outcome outcome)
      throws Exception {
    try (Namespaces net = Namespaces.create(3, 2);
        FaultCluster cluster = net.start()) {
      isolate(net, cluster, "f10-mute", alone -> net.loseFrom(alone, net.members(alone)));
      outcome.fired("what it sends lost: gave its partitions up, joined again");

      isolate(net, cluster, "f10-deaf", alone -> net.loseTo(alone, net.members(alone)));
      outcome.fired("what it is sent lost: gave its partitions up, joined again");
      cluster.assertSound();
    }
  }

  /** A job whose owner is cut off ends before the network is mended; then the owner is back. */
  private static void isolate(Namespaces net, FaultCluster cluster, String id, Loss loss)
      throws IOException, InterruptedException {
    cluster.submit(Jobs.synthetic(id, 150, 100));
    cluster.jobs().awaitCheckpoint(id, "synthetic", 10);
    Part alone = cluster.owners().of(id);
    End end = net.supervisor(alone, cluster);

    loss.happen(end);
    cluster.owners().awaitOtherThan(alone, id);
    cluster.jobs().awaitSuccess(id);
    Eventually.holds(
        alone.name() + " at " + end.address() + " has given up",
        () ->
            !cluster.owners().owns(alone, id)
                && !cluster.owners().intakeHosts().contains(end.address()));

    net.mend();
    Eventually.holds(
        alone.name() + " at " + end.address() + " takes part again",
        () -> cluster.owners().intakeHosts().contains(end.address()));
    cluster.awaitWorkers();
    assertTrue(alone.isAlive(), alone.lastWords());
  }
}
