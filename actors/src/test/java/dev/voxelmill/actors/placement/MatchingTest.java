package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.placement.Matching.FreeWorker;
import dev.voxelmill.actors.placement.Matching.Match;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MatchingTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration AGEING = Duration.ofSeconds(30);

  @Test
  void aTaskGoesToTheWorkerThatHoldsItsState() {
    var offers = List.of(offer("a", 5, 0, Set.of("w2")));

    var matches = matching(List.of(idle("w1", true, 0), idle("w2", false, 50)), offers);

    assertEquals(new WorkerId("w2"), matches.getFirst().worker());
  }

  @Test
  void elseToOneWithAModelThenToTheLeastLoaded() {
    var workers = List.of(idle("w1", false, 0), idle("w2", true, 9), idle("w3", true, 3));

    var matches = matching(workers, List.of(offer("a", 5, 0, Set.of())));

    assertEquals(new WorkerId("w3"), matches.getFirst().worker());
  }

  @Test
  void theHigherPriorityGoesFirstUnlessTheOtherHasWaitedLongEnough() {
    var young = List.of(offer("low", 4, 10, Set.of()), offer("high", 5, 0, Set.of()));
    var aged = List.of(offer("low", 4, 90, Set.of()), offer("high", 5, 0, Set.of()));

    assertEquals("high", first(young));
    assertEquals("low", first(aged));
  }

  @Test
  void amongEqualsTheTenantThatUsedLessGoesFirst() {
    var offers = List.of(offer("hog/a", 5, 9, Set.of()), offer("mouse/b", 5, 1, Set.of()));

    var matches =
        new Matching(List.of(idle("w1", true, 0)), offers, Map.of("hog", 100.0), AGEING)
            .matches(NOW);

    assertEquals("mouse", matches.getFirst().offer().task().job().tenant());
  }

  @Property(tries = 100)
  void noWorkerAndNoTaskIsMatchedTwiceAndNoneIsLeftForNothing(
      @ForAll @IntRange(max = 8) int workers, @ForAll @IntRange(max = 12) int tasks) {
    var free = IntStream.range(0, workers).mapToObj(i -> idle("w" + i, i % 2 == 0, i)).toList();
    var offers =
        IntStream.range(0, tasks)
            .mapToObj(i -> offer("t" + i % 3 + "/j" + i, i % 10, i, Set.of("w" + i % 5)))
            .toList();

    var matches = matching(free, offers);

    assertEquals(Math.min(workers, tasks), matches.size());
    assertEquals(matches.size(), matches.stream().map(Match::worker).distinct().count());
    assertEquals(matches.size(), matches.stream().map(Match::offer).distinct().count());
    assertTrue(offers.containsAll(matches.stream().map(Match::offer).toList()));
  }

  private static String first(List<Offer> offers) {
    return matching(List.of(idle("w1", true, 0)), offers).getFirst().offer().task().job().id();
  }

  private static List<Match> matching(List<FreeWorker> workers, List<Offer> offers) {
    return new Matching(workers, offers, Map.of(), AGEING).matches(NOW);
  }

  private static FreeWorker idle(String name, boolean model, double usedSeconds) {
    var models = new TreeSet<>(model ? Set.of("toy-prior") : Set.<String>of());
    return new FreeWorker(
        new WorkerStatus(new WorkerId(name), 1, "h", "cpu", "cpu", 1, models, List.of(), false),
        usedSeconds);
  }

  private static Offer offer(String job, int priority, int waitedSeconds, Set<String> preferred) {
    JobId id = job.contains("/") ? JobId.parse(job) : new JobId("default", job);
    return new Offer(
        new TaskRef(id, "distill"),
        TaskKind.DISTILL,
        priority,
        NOW.minusSeconds(waitedSeconds).toEpochMilli(),
        0,
        preferred.stream().map(WorkerId::new).collect(Collectors.toCollection(TreeSet::new)));
  }
}
