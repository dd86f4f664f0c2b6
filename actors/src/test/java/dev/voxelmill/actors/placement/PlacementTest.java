package dev.voxelmill.actors.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final ManualTime TIME = ManualTime.get(KIT.system());
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration MATCHED = Duration.ofMillis(50);
  private static final WorkerId ONE = new WorkerId("w1");
  private static final WorkerId NOBODY = new WorkerId("nobody");
  private static final int PARTITION = 3;
  private static final TaskRef TASK = task("a");

  private final TestProbe<OwnerMessage> owners = KIT.createTestProbe(OwnerMessage.class);
  private final TestProbe<WorkerCommand> worker = KIT.createTestProbe(WorkerCommand.class);
  private final LinkedBlockingQueue<FleetRecord> fleet = new LinkedBlockingQueue<>();
  private final TestProbe<PlacementMessage> seen = KIT.createTestProbe(PlacementMessage.class);
  private final Set<TaskRef> waiting = new HashSet<>();
  private final AtomicLong now = new AtomicLong();
  private long changes;
  private ActorRef<PlacementMessage> placement;

  @BeforeEach
  void start() {
    PlacementConfig config = SmallFleet.config();
    placement =
        KIT.spawn(
            Behaviors.monitor(
                PlacementMessage.class,
                seen.getRef(),
                Placement.create(
                    config,
                    new Placement.Clocks(() -> NOON, now::get),
                    new Placement.Outlets(
                        (partition, message) -> owners.getRef().tell(message), fleet::add))));
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void itListensBeforeItProposes() {
    heartbeat(ONE);
    offer(TASK);
    settle();

    timePasses(Duration.ofMillis(1400));
    owners.expectNoMessage(Duration.ZERO);
    timePasses(Duration.ofMillis(200));

    owners.expectMessage(new OwnerMessage.Proposal(TASK, ONE, worker.getRef()));
  }

  @Test
  void aWorkerIsProposedForOneTaskUntilItsAttemptEnds() {
    settled();
    heartbeat(ONE);
    offer(TASK);
    pass();
    owners.expectMessageClass(OwnerMessage.Proposal.class);
    offer(task("b"));
    pass();
    owners.expectNoMessage(Duration.ZERO);

    withdraw(TASK);
    heartbeat(ONE, new WorkerStatus.RunningTask(TASK, 1, progress()));
    pass();
    owners.expectNoMessage(Duration.ZERO);
    placement.tell(new PlacementMessage.AttemptEnded(TASK, 1, ONE));
    settle();
    pass();

    owners.expectMessage(new OwnerMessage.Proposal(task("b"), ONE, worker.getRef()));
  }

  @Test
  void anUnansweredProposalIsMadeAgainWhileTheTaskIsOffered() {
    settled();
    heartbeat(ONE);
    offer(TASK);
    pass();
    owners.expectMessageClass(OwnerMessage.Proposal.class);

    timePasses(Duration.ofSeconds(1));
    heartbeat(ONE);
    remind();
    timePasses(Duration.ofSeconds(1));
    settle();
    pass();

    owners.expectMessageClass(OwnerMessage.Proposal.class);
  }

  @Test
  void aSilentWorkerAndTheTasksOfASilentOwnerAreForgotten() throws InterruptedException {
    settled();
    heartbeat(ONE, new WorkerStatus.RunningTask(task("x"), 1, progress()));
    offer(TASK);
    fleet.clear();
    timePasses(Duration.ofSeconds(1));
    FleetRecord known = fleet.take();

    timePasses(Duration.ofSeconds(3));
    settle();
    fleet.clear();
    timePasses(Duration.ofSeconds(1));
    FleetRecord later = fleet.take();

    assertEquals(1, known.workers().size());
    assertEquals(1, known.queued());
    assertEquals(List.of(), later.workers());
    assertEquals(0, later.queued());
  }

  /** The actor's timers and its clock advance together. */
  private void timePasses(Duration time) {
    now.addAndGet(time.toNanos());
    TIME.timePasses(time);
  }

  private void settled() {
    settle();
    timePasses(Duration.ofMillis(1600));
    settle();
    fleet.clear();
  }

  private void pass() {
    settle();
    timePasses(MATCHED);
    settle();
  }

  /** When the second marker is seen, everything before the first has been handled. */
  private void settle() {
    var first = new PlacementMessage.AttemptEnded(task("first-marker"), 0, NOBODY);
    var second = new PlacementMessage.AttemptEnded(task("second-marker"), 0, NOBODY);
    placement.tell(first);
    placement.tell(second);
    seen.fishForMessage(
        Duration.ofSeconds(3),
        message ->
            message.equals(second)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private void heartbeat(WorkerId id, WorkerStatus.RunningTask... running) {
    placement.tell(
        new PlacementMessage.Heartbeat(
            new WorkerStatus(id, 1, "h", "cpu", "cpu", 1, new TreeSet<>(), List.of(running), false),
            worker.getRef()));
  }

  private void offer(TaskRef task) {
    waiting.add(task);
    change(
        List.of(
            new PlacementMessage.Offer(
                task,
                TaskKind.DISTILL,
                5,
                NOON.toEpochMilli(),
                0,
                List.of(),
                new TreeSet<>(),
                new TreeSet<>())),
        List.of());
  }

  private void withdraw(TaskRef task) {
    waiting.remove(task);
    change(List.of(), List.of(task));
  }

  private void change(List<PlacementMessage.Offer> offered, List<TaskRef> withdrawn) {
    long number = ++changes;
    placement.tell(
        new PlacementMessage.Offers(
            PARTITION, "life", number - 1, number, number, waiting.size(), offered, withdrawn));
  }

  private void remind() {
    placement.tell(
        new PlacementMessage.Offers(
            PARTITION, "life", changes, changes, changes, waiting.size(), List.of(), List.of()));
  }

  private static TaskRef task(String job) {
    return new TaskRef(new JobId("default", job), "distill");
  }

  private static WorkerReport.Progress progress() {
    return new WorkerReport.Progress(1, 10, 1, Double.NaN, Double.NaN);
  }
}
