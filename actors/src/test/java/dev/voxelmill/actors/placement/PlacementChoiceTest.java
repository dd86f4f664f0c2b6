package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Which task goes first, and to which worker. */
class PlacementChoiceTest {
  private final SmallFleet fleet = new SmallFleet();

  @Test
  void aTaskGoesToTheWorkerThatHoldsItsState() {
    fleet.warm("w1");
    fleet.cold("w2");
    fleet.offer("a", 5, 0, 0, "w2");

    assertEquals(List.of("default/a/distill -> w2"), fleet.matched());
  }

  @Test
  void elseToOneThatHoldsItsModelAndBestToOneThatHoldsAllOfThem() {
    fleet.holding("w1", "toy-prior", "zero123-xl");
    fleet.holding("w2", "toy-prior", "zero123plus-v1.2");
    fleet.holding("w3", "toy-prior", "controlnet-zp11-depth-v1", "zero123plus-v1.2");
    fleet.holding("w4", "toy-prior");

    fleet.offer("plain", 9, 0, List.of("zero123-xl"));
    fleet.offer("deep", 8, 0, List.of("zero123plus-v1.2", "controlnet-zp11-depth-v1"));
    fleet.offer("elsewhere", 7, 0, List.of("zero123-xl"));

    List<String> matches = fleet.matched();
    assertEquals(
        List.of("default/plain/distill -> w1", "default/deep/distill -> w3"),
        matches.subList(0, 2));
    assertEquals(3, matches.size(), "a model that nobody free holds is loaded by anybody");
  }

  @Test
  void aModelThatHasLeftTheDeviceAttractsNothing() {
    fleet.holding("w1", "zero123-xl");
    fleet.holding("w2", "toy-prior");
    fleet.holding("w1", "toy-prior");
    fleet.holding("w2", "zero123-xl");

    fleet.offer("plain", 5, 0, List.of("zero123-xl"));

    assertEquals(List.of("default/plain/distill -> w2"), fleet.matched());
  }

  @Test
  void elseToOneWithAModelThenToTheLeastLoaded() {
    fleet.warm("w1");
    fleet.cold("w3");
    fleet.offer("a", 5, 9, 0);
    fleet.matched();
    fleet.withdraw("a");
    fleet.pass(Duration.ofSeconds(1));
    fleet.runs("w1", "a", 1);
    fleet.pass(Duration.ofSeconds(1));
    fleet.ended("a", 1, "w1");
    fleet.warm("w1");
    fleet.warm("w2");
    fleet.offer("b", 5, 9, 0);
    fleet.offer("c", 5, 8, 0);
    fleet.offer("d", 5, 7, 0);

    assertEquals(
        List.of("default/b/distill -> w2", "default/c/distill -> w1", "default/d/distill -> w3"),
        fleet.matched());
  }

  @Test
  void withinATenantTheHigherPriorityGoesFirstUnlessTheOtherHasWaitedLongEnough() {
    fleet.warm("w1");
    fleet.offer("low", 4, 10, 0);
    fleet.offer("high", 5, 0, 0);
    assertEquals(List.of("default/high/distill -> w1"), fleet.matched());

    fleet.warm("w2");
    fleet.offer("old", 4, 90, 0);
    assertEquals(List.of("default/old/distill -> w2"), fleet.matched());
  }

  @Test
  void aHogWithHighPriorityDoesNotPushOthersBack() {
    for (int i = 0; i < 10; i++) {
      fleet.offer("hog/h" + i, 9, 100, 0);
    }
    fleet.offer("mouse/m", 0, 0, 0);
    fleet.warm("w1");
    fleet.warm("w2");

    List<String> matches = fleet.matched();

    assertEquals(2, matches.size());
    assertTrue(matches.stream().anyMatch(match -> match.startsWith("mouse/m")), matches::toString);
  }

  @Property(tries = 100)
  void noWorkerAndNoTaskIsMatchedTwiceAndNoneIsLeftForNothing(
      @ForAll @IntRange(max = 8) int workers, @ForAll @IntRange(max = 12) int tasks) {
    SmallFleet fresh = new SmallFleet();
    IntStream.range(0, workers)
        .forEach(i -> fresh.worker("w" + i, SmallFleet.GIB << (i % 3), false, i % 2 == 0));
    IntStream.range(0, tasks)
        .forEach(i -> fresh.offer("t" + i % 3 + "/j" + i, i % 10, i, 0, "w" + i % 5));

    List<String> matches = fresh.matched();

    assertEquals(Math.min(workers, tasks), matches.size());
    assertEquals(matches.size(), matches.stream().map(match -> side(match, 0)).distinct().count());
    assertEquals(matches.size(), matches.stream().map(match -> side(match, 1)).distinct().count());
  }

  private static String side(String match, int index) {
    return List.of(match.split(" -> ", -1)).get(index);
  }
}
