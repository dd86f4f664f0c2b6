package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.topic.FleetRecord.WaitReason;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When a task is proposed to its owner, and when it is proposed again. */
class ProposalsTest {
  private final SmallFleet fleet = new SmallFleet();

  @Test
  void aWorkerThatLeavesOrWhoseDeviceIsBrokenGetsNothing() {
    fleet.worker("w1", SmallFleet.GIB, true, true);
    fleet.hear(
        new PlacementMessage.Heartbeat(
            new WorkerStatus(
                new WorkerId("w2"),
                1,
                "h",
                "cpu",
                "cpu",
                SmallFleet.GIB,
                new TreeSet<>(),
                List.of(),
                false,
                true),
            null));
    fleet.offer("a", 5, 0, 0);

    assertEquals(List.of(), fleet.matched());
    assertEquals(WaitReason.NO_WORKER, fleet.snapshot().queue().getFirst().reason());
  }

  @Test
  void whatIsProposedIsProposedAgainWhenNothingCameOfIt() {
    fleet.warm("w1");
    fleet.offer("a", 5, 0, 0);
    fleet.matched();
    assertEquals(WaitReason.PROPOSED, fleet.snapshot().queue().getFirst().reason());

    fleet.pass(Duration.ofMillis(1900));
    fleet.warm("w1");
    fleet.remind();
    assertEquals(List.of(), fleet.matched());
    fleet.pass(Duration.ofMillis(200));

    assertEquals(List.of("default/a/distill -> w1"), fleet.matched());
  }

  @Test
  void aTaskThatIsOfferedAnewIsProposedAnew() {
    fleet.warm("w1");
    fleet.offer("a", 5, 0, 0);
    fleet.matched();
    fleet.warm("w2");

    fleet.offer("a", 9, 0, 0);

    assertEquals(List.of("default/a/distill -> w2"), fleet.matched());
  }

  @Test
  void aWorkerIsFreeForTheNextTaskWhenItsOwnerSaysSo() {
    fleet.warm("w1");
    fleet.offer("a", 5, 0, 0);
    fleet.matched();
    fleet.withdraw("a");
    fleet.runs("w1", "a", 1);
    fleet.offer("b", 5, 0, 0);
    assertEquals(List.of(), fleet.matched());
    assertEquals(WaitReason.BUSY, fleet.snapshot().queue().getFirst().reason());

    fleet.ended("a", 1, "w1");
    assertEquals(List.of("default/b/distill -> w1"), fleet.matched());
  }

  @Test
  void aHeartbeatThatIsOlderThanTheEndOfItsTaskDoesNotHoldTheWorker() {
    fleet.runs("w1", "a", 1);
    fleet.ended("a", 1, "w1");
    fleet.runs("w1", "a", 1);
    fleet.offer("b", 5, 0, 0);

    assertEquals(List.of("default/b/distill -> w1"), fleet.matched());
  }

  @Test
  void anotherIncarnationLearnsEverythingAgain() {
    fleet.hear(new Offers(3, "life", 600, 600, 600, 3, List.of(), List.of()));

    assertEquals(List.of(new OwnerMessage.OffersWanted("life", 0)), fleet.told());
  }
}
