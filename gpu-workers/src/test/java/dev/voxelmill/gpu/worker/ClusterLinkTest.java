package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.launch.MembershipOptions;
import dev.voxelmill.protocols.worker.ClusterRoles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Leave;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ClusterLinkTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aWorkerWhoseLastSupervisorLeftGivesItsMembershipUp() throws Exception {
    TestProbe<Worker.Command> worker = KIT.createTestProbe();
    ActorSystem<Void> supervisor =
        ActorSystem.create(
            Behaviors.empty(),
            MembershipOptions.SYSTEM,
            new MembershipOptions().config(List.of(ClusterRoles.SUPERVISOR), List.of()));
    Cluster first = Cluster.get(supervisor);
    first.manager().tell(Join.create(first.selfMember().address()));
    String seed = first.selfMember().address().hostPort().replaceFirst(".*@", "");
    ActorSystem<ClusterLink.Command> link =
        ActorSystem.create(
            ClusterLink.create(1, (slot, command) -> worker.getRef().tell(command), () -> {}),
            MembershipOptions.SYSTEM,
            new MembershipOptions().config(List.of(ClusterRoles.GPU), List.of(seed)));
    Worker.Linked linked = worker.expectMessageClass(Worker.Linked.class, LIMIT);

    first.manager().tell(Leave.create(first.selfMember().address()));

    assertEquals(
        new Worker.Unlinked(linked.address()),
        worker.expectMessageClass(Worker.Unlinked.class, LIMIT));
    link.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertEquals(
        Optional.of(CoordinatedShutdown.clusterDowningReason()),
        CoordinatedShutdown.get(link).getShutdownReason());
  }
}
