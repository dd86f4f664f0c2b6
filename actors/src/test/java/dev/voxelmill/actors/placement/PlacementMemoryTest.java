package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that need much memory of a device, or have run out of it. */
class PlacementMemoryTest {
  private final SmallFleet fleet = new SmallFleet();

  @Test
  void aTaskGoesToADeviceWithEnoughMemoryAndLeavesTheLargeOneAlone() {
    fleet.worker("small", 8 * SmallFleet.GIB, false, true);
    fleet.worker("large", 80 * SmallFleet.GIB, false, true);
    fleet.offer("little", 9, 90, SmallFleet.GIB);
    fleet.offer("huge", 0, 0, 40 * SmallFleet.GIB);
    fleet.offer("impossible", 9, 99, 100 * SmallFleet.GIB);

    assertEquals(
        List.of("default/little/distill -> small", "default/huge/distill -> large"),
        fleet.matched());
  }

  @Test
  void aTaskThatFitsIsFoundBehindManyOfItsSizeThatDoNot() {
    fleet.worker("w1", 24 * SmallFleet.GIB, false, true);
    for (int i = 0; i < 100; i++) {
      fleet.offer("big" + i, 9, 100 + i, 40 * SmallFleet.GIB);
    }
    fleet.offer("fits", 5, 0, 20 * SmallFleet.GIB);

    assertEquals(List.of("default/fits/distill -> w1"), fleet.matched());
  }

  @Test
  void aTaskThatRanOutOfMemoryWaitsForAnotherWorkerAndHoldsNobodyUp() {
    fleet.warm("w1");
    fleet.runs("w2", "other", 1);
    fleet.offer("big", 9, 90, 0, SmallFleet.ids("w1"), SmallFleet.ids("w1"));
    fleet.offer("small", 0, 0, 0);
    assertEquals(List.of("default/small/distill -> w1"), fleet.matched());

    fleet.ended("other", 1, "w2");
    fleet.cold("w2");
    assertEquals(List.of("default/big/distill -> w2"), fleet.matched());
  }

  @Test
  void aTaskThatRanOutOfMemoryEverywhereIsTriedWhereItRan() {
    fleet.warm("w1");
    fleet.offer("big", 9, 90, 0, SmallFleet.ids("w1"), SmallFleet.ids("w1", "w2"));

    assertEquals(List.of("default/big/distill -> w1"), fleet.matched());
  }
}
