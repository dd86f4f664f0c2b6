package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.FleetRecord.WaitReason;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.PlacementMessage.Offer;
import dev.voxelmill.protocols.worker.PlacementMessage.Offers;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementCoreTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final long GIB = 1L << 30;

  private final List<OwnerMessage> told = new ArrayList<>();
  private final PlacementCore core =
      new PlacementCore(config(), (partition, message) -> told.add(message));
  private final Set<TaskRef> waiting = new HashSet<>();
  private long changes;
  private long now;

  @Test
  void aTaskGoesToTheWorkerThatHoldsItsState() {
    warm("w1");
    cold("w2");
    offer("a", 5, 0, 0, "w2");

    assertEquals(List.of("default/a/distill -> w2"), matched());
  }

  @Test
  void elseToOneThatHoldsItsModelAndBestToOneThatHoldsAllOfThem() {
    holding("w1", "toy-prior", "zero123-xl");
    holding("w2", "toy-prior", "zero123plus-v1.2");
    holding("w3", "toy-prior", "controlnet-zp11-depth-v1", "zero123plus-v1.2");
    holding("w4", "toy-prior");

    offer("plain", 9, 0, List.of("zero123-xl"));
    offer("deep", 8, 0, List.of("zero123plus-v1.2", "controlnet-zp11-depth-v1"));
    offer("elsewhere", 7, 0, List.of("zero123-xl"));

    List<String> matches = matched();
    assertEquals(
        List.of("default/plain/distill -> w1", "default/deep/distill -> w3"),
        matches.subList(0, 2));
    assertEquals(3, matches.size(), "a model that nobody free holds is loaded by anybody");
  }

  @Test
  void aModelThatHasLeftTheDeviceAttractsNothing() {
    holding("w1", "zero123-xl");
    holding("w2", "toy-prior");
    holding("w1", "toy-prior");
    holding("w2", "zero123-xl");

    offer("plain", 5, 0, List.of("zero123-xl"));

    assertEquals(List.of("default/plain/distill -> w2"), matched());
  }

  @Test
  void elseToOneWithAModelThenToTheLeastLoaded() {
    warm("w1");
    cold("w3");
    offer("a", 5, 9, 0);
    matched();
    withdraw("a");
    pass(Duration.ofSeconds(1));
    runs("w1", "a", 1);
    pass(Duration.ofSeconds(1));
    core.hear(new PlacementMessage.AttemptEnded(task("a"), 1, new WorkerId("w1")), now);
    warm("w1");
    warm("w2");
    offer("b", 5, 9, 0);
    offer("c", 5, 8, 0);
    offer("d", 5, 7, 0);

    assertEquals(
        List.of("default/b/distill -> w2", "default/c/distill -> w1", "default/d/distill -> w3"),
        matched());
  }

  @Test
  void withinATenantTheHigherPriorityGoesFirstUnlessTheOtherHasWaitedLongEnough() {
    warm("w1");
    offer("low", 4, 10, 0);
    offer("high", 5, 0, 0);
    assertEquals(List.of("default/high/distill -> w1"), matched());

    warm("w2");
    offer("old", 4, 90, 0);
    assertEquals(List.of("default/old/distill -> w2"), matched());
  }

  @Test
  void aHogWithHighPriorityDoesNotPushOthersBack() {
    for (int i = 0; i < 10; i++) {
      offer("hog/h" + i, 9, 100, 0);
    }
    offer("mouse/m", 0, 0, 0);
    warm("w1");
    warm("w2");

    List<String> matches = matched();

    assertEquals(2, matches.size());
    assertTrue(matches.stream().anyMatch(match -> match.startsWith("mouse/m")), matches::toString);
  }

  @Test
  void aTaskGoesToADeviceWithEnoughMemoryAndLeavesTheLargeOneAlone() {
    worker("small", 8 * GIB, false, true);
    worker("large", 80 * GIB, false, true);
    offer("little", 9, 90, GIB);
    offer("huge", 0, 0, 40 * GIB);
    offer("impossible", 9, 99, 100 * GIB);

    assertEquals(
        List.of("default/little/distill -> small", "default/huge/distill -> large"), matched());
  }

  @Test
  void aTaskThatFitsIsFoundBehindManyOfItsSizeThatDoNot() {
    worker("w1", 24 * GIB, false, true);
    for (int i = 0; i < 100; i++) {
      offer("big" + i, 9, 100 + i, 40 * GIB);
    }
    offer("fits", 5, 0, 20 * GIB);

    assertEquals(List.of("default/fits/distill -> w1"), matched());
  }

  @Test
  void aTaskThatRanOutOfMemoryWaitsForAnotherWorkerAndHoldsNobodyUp() {
    warm("w1");
    runs("w2", "other", 1);
    offer("big", 9, 90, 0, ids("w1"), ids("w1"));
    offer("small", 0, 0, 0);
    assertEquals(List.of("default/small/distill -> w1"), matched());

    core.hear(new PlacementMessage.AttemptEnded(task("other"), 1, new WorkerId("w2")), now);
    cold("w2");
    assertEquals(List.of("default/big/distill -> w2"), matched());
  }

  @Test
  void aTaskThatRanOutOfMemoryEverywhereIsTriedWhereItRan() {
    warm("w1");
    offer("big", 9, 90, 0, ids("w1"), ids("w1", "w2"));

    assertEquals(List.of("default/big/distill -> w1"), matched());
  }

  @Test
  void aWorkerThatLeavesOrWhoseDeviceIsBrokenGetsNothing() {
    worker("w1", GIB, true, true);
    core.hear(
        new PlacementMessage.Heartbeat(
            new WorkerStatus(
                new WorkerId("w2"),
                1,
                "h",
                "cpu",
                "cpu",
                GIB,
                new TreeSet<>(),
                List.of(),
                false,
                true),
            null),
        now);
    offer("a", 5, 0, 0);

    assertEquals(List.of(), matched());
    assertEquals(WaitReason.NO_WORKER, snapshot().queue().getFirst().reason());
  }

  @Test
  void whatIsProposedIsProposedAgainWhenNothingCameOfIt() {
    warm("w1");
    offer("a", 5, 0, 0);
    matched();
    assertEquals(WaitReason.PROPOSED, snapshot().queue().getFirst().reason());

    pass(Duration.ofMillis(1900));
    warm("w1");
    remind();
    assertEquals(List.of(), matched());
    pass(Duration.ofMillis(200));

    assertEquals(List.of("default/a/distill -> w1"), matched());
  }

  @Test
  void aTaskThatIsOfferedAnewIsProposedAnew() {
    warm("w1");
    offer("a", 5, 0, 0);
    matched();
    warm("w2");

    offer("a", 9, 0, 0);

    assertEquals(List.of("default/a/distill -> w2"), matched());
  }

  @Test
  void aWorkerIsFreeForTheNextTaskWhenItsOwnerSaysSo() {
    warm("w1");
    offer("a", 5, 0, 0);
    matched();
    withdraw("a");
    runs("w1", "a", 1);
    offer("b", 5, 0, 0);
    assertEquals(List.of(), matched());
    assertEquals(WaitReason.BUSY, snapshot().queue().getFirst().reason());

    core.hear(new PlacementMessage.AttemptEnded(task("a"), 1, new WorkerId("w1")), now);
    assertEquals(List.of("default/b/distill -> w1"), matched());
  }

  @Test
  void aHeartbeatThatIsOlderThanTheEndOfItsTaskDoesNotHoldTheWorker() {
    runs("w1", "a", 1);
    core.hear(new PlacementMessage.AttemptEnded(task("a"), 1, new WorkerId("w1")), now);
    runs("w1", "a", 1);
    offer("b", 5, 0, 0);

    assertEquals(List.of("default/b/distill -> w1"), matched());
  }

  @Test
  void anotherIncarnationLearnsEverythingAgain() {
    core.hear(new Offers(3, "life", 600, 600, 600, 3, List.of(), List.of()), now);

    assertEquals(List.of(new OwnerMessage.OffersWanted("life", 0)), told);
  }

  @Test
  void theSnapshotIsBoundedAndCountsAll() {
    for (int i = 0; i < 300; i++) {
      offer("t" + i + "/a", 5, i, 0);
    }
    offer("t5/b", 5, 0, 0);

    FleetRecord snapshot = snapshot();

    assertEquals(301, snapshot.queued());
    assertEquals(FleetRecord.SHOWN_QUEUE, snapshot.queue().size());
    assertEquals(300, snapshot.tenantCount());
    assertEquals(FleetRecord.SHOWN_TENANTS, snapshot.tenants().size());
    assertEquals(
        List.of(new FleetRecord.Waiting(5, 2, NOON.minusSeconds(5))),
        snapshot.tenants().stream()
            .filter(tenant -> tenant.name().equals("t5"))
            .flatMap(tenant -> tenant.waiting().stream())
            .toList());
  }

  @Property(tries = 100)
  void noWorkerAndNoTaskIsMatchedTwiceAndNoneIsLeftForNothing(
      @ForAll @IntRange(max = 8) int workers, @ForAll @IntRange(max = 12) int tasks) {
    PlacementCoreTest fresh = new PlacementCoreTest();
    IntStream.range(0, workers)
        .forEach(i -> fresh.worker("w" + i, GIB << (i % 3), false, i % 2 == 0));
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

  private List<String> matched() {
    int before = told.size();
    core.match(now);
    return told.subList(before, told.size()).stream()
        .filter(OwnerMessage.Proposal.class::isInstance)
        .map(OwnerMessage.Proposal.class::cast)
        .map(proposal -> proposal.task() + " -> " + proposal.worker())
        .toList();
  }

  @Test
  void aContestedPartitionIsShownForAMinuteAfterItsLastFencing() {
    core.hear(new PlacementMessage.Contested(3, 3), now);
    now += Duration.ofSeconds(40).toNanos();
    core.hear(new PlacementMessage.Contested(3, 5), now);

    now += Duration.ofSeconds(59).toNanos();
    assertEquals(List.of(new FleetRecord.Contested(3, 5)), snapshot().contested());

    now += Duration.ofSeconds(1).toNanos();
    assertEquals(List.of(), snapshot().contested());
  }

  private FleetRecord snapshot() {
    return core.snapshot(1, NOON, now, false);
  }

  private void pass(Duration time) {
    now += time.toNanos();
    core.expire(now);
  }

  private void warm(String name) {
    worker(name, GIB, false, true);
  }

  private void cold(String name) {
    worker(name, GIB, false, false);
  }

  private void runs(String name, String job, int attempt) {
    worker(
        name,
        GIB,
        false,
        true,
        new WorkerStatus.RunningTask(
            task(job), attempt, new WorkerReport.Progress(1, 10, 1, Double.NaN, Double.NaN)));
  }

  private void worker(
      String name,
      long memory,
      boolean draining,
      boolean model,
      WorkerStatus.RunningTask... running) {
    worker(name, memory, draining, model ? List.of("toy-prior") : List.of(), running);
  }

  private void holding(String name, String... models) {
    worker(name, GIB, false, List.of(models));
  }

  private void worker(
      String name,
      long memory,
      boolean draining,
      List<String> models,
      WorkerStatus.RunningTask... running) {
    core.hear(
        new PlacementMessage.Heartbeat(
            new WorkerStatus(
                new WorkerId(name),
                1,
                "h",
                "cpu",
                "cpu",
                memory,
                new TreeSet<>(models),
                List.of(running),
                draining),
            null),
        now);
  }

  private void offer(String job, int priority, int waitedSeconds, long memory, String... holders) {
    offer(job, priority, waitedSeconds, memory, ids(holders), new TreeSet<>());
  }

  private void offer(String job, int priority, int waitedSeconds, List<String> models) {
    offer(job, priority, waitedSeconds, 0, models, new TreeSet<>(), new TreeSet<>());
  }

  private static SortedSet<WorkerId> ids(String... names) {
    return List.of(names).stream()
        .map(WorkerId::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void offer(
      String job,
      int priority,
      int waitedSeconds,
      long memory,
      SortedSet<WorkerId> preferred,
      SortedSet<WorkerId> exhausted) {
    offer(job, priority, waitedSeconds, memory, List.of(), preferred, exhausted);
  }

  private void offer(
      String job,
      int priority,
      int waitedSeconds,
      long memory,
      List<String> models,
      SortedSet<WorkerId> preferred,
      SortedSet<WorkerId> exhausted) {
    TaskRef task = task(job);
    waiting.add(task);
    change(
        List.of(
            new Offer(
                task,
                TaskKind.DISTILL,
                priority,
                NOON.minusSeconds(waitedSeconds).toEpochMilli(),
                memory,
                models,
                preferred,
                exhausted)),
        List.of());
  }

  private void withdraw(String job) {
    waiting.remove(task(job));
    change(List.of(), List.of(task(job)));
  }

  private void change(List<Offer> offered, List<TaskRef> withdrawn) {
    long number = ++changes;
    core.hear(
        new Offers(0, "life", number - 1, number, number, waiting.size(), offered, withdrawn), now);
  }

  private void remind() {
    core.hear(
        new Offers(0, "life", changes, changes, changes, waiting.size(), List.of(), List.of()),
        now);
  }

  private static TaskRef task(String job) {
    return new TaskRef(job.contains("/") ? JobId.parse(job) : new JobId("default", job), "distill");
  }

  static PlacementConfig config() {
    return new PlacementConfig(
        Duration.ofMillis(1500),
        Duration.ofMillis(2500),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Map.of());
  }
}
