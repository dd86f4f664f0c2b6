package dev.voxelmill.gpu.worker;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private static final long STEPS = 40;
  private static final long MEMORY = 1 << 30;
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final MemoryArchive archive = new MemoryArchive();
  private final CountingTask.Script script = new CountingTask.Script(STEPS);
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong resident = new AtomicLong();
  private final StepWatchdog watchdog =
      new StepWatchdog(Assignments.LIMITS.stepDeadline(), now::get);
  private final TestProbe<DeviceEvent> events = KIT.createTestProbe();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aTaskRunsThroughAndItsResultReadsBack() {
    begin(Assignments.of("one", 1));

    events.expectMessageClass(DeviceEvent.Started.class);
    DeviceEvent.Completed completed = fish(DeviceEvent.Completed.class);

    assertEquals(CountingTask.hashOf(STEPS), hash(completed.output()));
    assertEquals(STEPS, completed.cost().steps());
    assertEquals(0, script.open.get());
  }

  @Test
  void snapshotsComeByTheCount() {
    begin(everyTenSteps());

    List<Long> saved =
        List.of(
            fish(DeviceEvent.Checkpointed.class).manifest().nextStep(),
            fish(DeviceEvent.Checkpointed.class).manifest().nextStep(),
            fish(DeviceEvent.Checkpointed.class).manifest().nextStep());

    assertEquals(List.of(10L, 20L, 30L), saved);
  }

  @Test
  void snapshotsComeByTheClock() {
    script.beforeStep = () -> now.addAndGet(Duration.ofMillis(600).toNanos());
    begin(Assignments.of("one", 1, Map.of("checkpoint.everySeconds", "6")));

    assertEquals(10, fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
  }

  @Test
  void anotherAttemptContinuesFromTheNewestCheckpointAndEndsTheSame() {
    Assignment first = everyTenSteps();
    script.throwsAt = Optional.of(35L);
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();

    script.throwsAt = Optional.empty();
    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    DeviceEvent.Completed completed = fish(DeviceEvent.Completed.class);
    assertEquals(CountingTask.hashOf(STEPS), hash(completed.output()));
  }

  @Test
  void aLostCheckpointIsPassedOverForTheOneBefore() {
    Assignment first = everyTenSteps();
    script.throwsAt = Optional.of(35L);
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    archive.lose(newestFirst.getFirst());

    script.throwsAt = Optional.of(20L);
    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    assertEquals(20, fish(DeviceEvent.Progressed.class).progress().step());
  }

  @Test
  void aDamagedCheckpointIsRejectedByItsName() {
    Assignment first = everyTenSteps();
    script.throwsAt = Optional.of(35L);
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    archive.lose(newestFirst.getFirst());

    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    DeviceEvent.CheckpointRejected rejected = fish(DeviceEvent.CheckpointRejected.class);
    assertEquals(newestFirst.getFirst(), rejected.manifest());
    assertTrue(rejected.reason().contains("missing"), rejected.reason());
  }

  @Test
  void wholeBytesThatAreNoStateOfTheTaskAreRejectedToo() {
    Assignment first = everyTenSteps();
    script.throwsAt = Optional.of(35L);
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    archive.replace(newestFirst.get(0), new byte[3]);
    archive.lose(newestFirst.get(1));
    script.throwsAt = Optional.empty();

    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    assertEquals(newestFirst.get(0), fish(DeviceEvent.CheckpointRejected.class).manifest());
    assertEquals(newestFirst.get(1), fish(DeviceEvent.CheckpointRejected.class).manifest());
    assertEquals(10, fish(DeviceEvent.Progressed.class).progress().step());
    assertEquals(CountingTask.hashOf(STEPS), hash(fish(DeviceEvent.Completed.class).output()));
  }

  @Test
  void aCheckpointOfAnotherClassOfDeviceIsLeftAlone() {
    Assignment first = everyTenSteps();
    CheckpointManifest other =
        new CheckpointManifest(
            "distill",
            1,
            1,
            30,
            0,
            CheckpointManifest.PayloadCodec.NONE,
            16,
            List.of(new ChunkRef(99, 16, 0)),
            "gpu/test");

    begin(Assignments.from(first, 2, List.of(other)));

    events.expectMessageClass(DeviceEvent.Started.class);
    assertEquals(0, fish(DeviceEvent.Progressed.class).progress().step());
  }

  @Test
  void whileTheLogIsAwayTheTaskGoesOnToItsLimitAndThenCatchesUp() {
    script.beforeStep = () -> now.addAndGet(Duration.ofMillis(10).toNanos());
    script.onOpen = archive::leave;
    begin(everyTenSteps());

    // The state of step 10 is being stored; 150 ms of unsaved work are 15 steps, and the next
    // snapshot is due at step 20.
    await().untilAtomic(now, equalTo(Duration.ofMillis(200).toNanos()));
    await().until(() -> archive.refused() > 3);
    assertEquals(Duration.ofMillis(200).toNanos(), now.get());
    archive.comeBack();

    assertEquals(10, fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
    assertEquals(20, fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
    assertEquals(CountingTask.hashOf(STEPS), hash(fish(DeviceEvent.Completed.class).output()));
  }

  @Test
  void aResultWaitsForTheLog() {
    script.beforeStep = () -> archive.leave();
    begin(Assignments.of("one", 1));

    await().until(() -> archive.refused() > 3);
    archive.comeBack();

    assertEquals(CountingTask.hashOf(STEPS), hash(fish(DeviceEvent.Completed.class).output()));
  }

  @Test
  void inputsThatTheLogDoesNotGiveYetAreWaitedFor() {
    archive.leave();
    begin(Assignments.of("one", 1));

    await().until(() -> archive.refused() > 3);
    archive.comeBack();

    events.expectMessageClass(DeviceEvent.Started.class);
  }

  @Test
  void valuesThatAreNotFiniteRollBackOnceAndMarkWhatFollows() {
    script.failsAt = Optional.of(25L);
    script.onFailure = () -> script.failsAt = Optional.empty();
    begin(everyTenSteps());

    assertEquals(List.of(), fish(DeviceEvent.Checkpointed.class).manifest().marks());
    assertEquals(List.of(), fish(DeviceEvent.Checkpointed.class).manifest().marks());
    CheckpointManifest after = fish(DeviceEvent.Checkpointed.class).manifest();
    DeviceEvent.Completed completed = fish(DeviceEvent.Completed.class);

    assertEquals(30, after.nextStep());
    assertEquals(List.of("smaller-steps"), after.marks());
    assertEquals(List.of("smaller-steps"), completed.cost().marks());
    assertEquals(CountingTask.hashOf(STEPS), hash(completed.output()));
    assertEquals(List.of(Set.of(), Set.of(Remedy.SMALLER_STEPS)), script.openedWith);
  }

  @Test
  void valuesThatAreNotFiniteAgainFailTheTaskByItsCode() {
    script.failsAt = Optional.of(25L);
    begin(everyTenSteps());

    assertEquals(JobFailure.Code.NOT_FINITE, fish(DeviceEvent.Failed.class).failure().code());
    assertEquals(2, script.openedWith.size());
    assertEquals(0, script.open.get());
  }

  @Test
  void anotherAttemptGoesOnWithTheRemediesOfItsCheckpoint() {
    Assignment first = everyTenSteps();
    script.failsAt = Optional.of(5L);
    script.onFailure =
        () -> {
          script.failsAt = Optional.empty();
          script.throwsAt = Optional.of(35L);
        };
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    script.throwsAt = Optional.empty();

    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    assertEquals(List.of("smaller-steps"), fish(DeviceEvent.Completed.class).cost().marks());
    assertEquals(Set.of(Remedy.SMALLER_STEPS), script.openedWith.getLast());
  }

  @Test
  void exhaustedMemoryIsTriedWithASmallerBatchAndThenToldWithItsSizes() {
    script.beforeStep = () -> resident.set(MEMORY + (1 << 20));
    begin(everyTenSteps());

    JobFailure failure = fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.DEVICE_OOM, failure.code());
    assertTrue(failure.retryable());
    assertTrue(failure.message().contains("1025.0 MiB in use"), failure.message());
    assertTrue(failure.message().contains("at most 1024.0 MiB"), failure.message());
    assertEquals(List.of(Set.of(), Set.of(Remedy.SMALLER_BATCH)), script.openedWith);
  }

  @Test
  void aDeviceErrorIsToldAtOnceAndMayBeRetried() {
    script.beforeStep =
        () -> {
          throw new EngineException("CUDA error: an illegal memory access was encountered");
        };
    begin(everyTenSteps());

    JobFailure failure = fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.DEVICE_ERROR, failure.code());
    assertTrue(failure.retryable());
    assertEquals(1, script.openedWith.size());
  }

  @Test
  void theWatchdogKnowsAStepThatDoesNotEnd() throws InterruptedException {
    CountDownLatch forEver = new CountDownLatch(1);
    CountDownLatch stepping = new CountDownLatch(1);
    script.beforeStep =
        () -> {
          stepping.countDown();
          awaitQuietly(forEver);
        };
    ActorRef<Device.Command> device = KIT.spawn(device());
    Assignment assignment = Assignments.of("one", 1);
    device.tell(new Device.Begin(assignment));
    assertTrue(stepping.await(1, TimeUnit.MINUTES));

    now.addAndGet(Assignments.LIMITS.stepDeadline().toNanos() + 1);

    assertEquals(Optional.of(AttemptRef.of(assignment)), watchdog.hung());
    forEver.countDown();
    await().until(() -> watchdog.hung().isEmpty());
  }

  @Test
  void withNoReadableCheckpointTheTaskStartsAtTheBeginning() {
    Assignment first = everyTenSteps();
    script.throwsAt = Optional.of(35L);
    ActorRef<Device.Command> device = begin(first);
    List<CheckpointManifest> newestFirst = threeCheckpoints();
    newestFirst.forEach(archive::lose);

    script.throwsAt = Optional.empty();
    device.tell(new Device.Begin(Assignments.from(first, 2, newestFirst)));

    assertEquals(0, fish(DeviceEvent.Progressed.class).progress().step());
    assertEquals(CountingTask.hashOf(STEPS), hash(fish(DeviceEvent.Completed.class).output()));
  }

  @Test
  void theDeviceWaitsOnlyWhenTheNextSnapshotIsDueBeforeTheLastHasLanded() {
    archive.hold();
    script.beforeStep = () -> now.addAndGet(Duration.ofMillis(10).toNanos());
    begin(everyTenSteps());
    await().untilAtomic(now, equalTo(Duration.ofMillis(200).toNanos()));

    now.addAndGet(Duration.ofSeconds(3).toNanos());
    archive.land();

    DeviceEvent.Completed completed = fish(DeviceEvent.Completed.class);
    assertEquals(3.0, completed.cost().blockedSeconds(), 1e-9);
    assertEquals(0.4, completed.cost().deviceSeconds(), 1e-9);
    assertEquals(0.0, completed.cost().gapSeconds(), 1e-9);
  }

  @Test
  void aFailedStepIsToldByItsCodeAndFreesTheDevice() {
    script.failsAt = Optional.of(5L);
    begin(Assignments.of("one", 1));

    JobFailure failure = fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.NOT_FINITE, failure.code());
    assertEquals(0, script.open.get());
  }

  @Test
  void anExceptionOfATaskIsAnInternalFailureThatNamesIt() {
    script.throwsAt = Optional.of(5L);
    begin(Assignments.of("one", 1));

    JobFailure failure = fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.INTERNAL, failure.code());
    assertTrue(failure.message().contains("broken at 5"), failure.message());
  }

  @Test
  void aReleasedAttemptLeavesACheckpointFromWhichAnotherEndsTheSame() {
    Assignment first = Assignments.of("one", 1);
    archive.hold();
    ActorRef<Device.Command> device = KIT.spawn(device(), "releasing");
    script.beforeStep = () -> device.tell(new Device.Release(AttemptRef.of(first)));
    device.tell(new Device.Begin(first));
    events.expectMessageClass(DeviceEvent.Started.class);
    events.expectMessageClass(DeviceEvent.Progressed.class);
    archive.land();

    List<CheckpointManifest> left = fish(DeviceEvent.Released.class).checkpoints();
    script.beforeStep = () -> {};
    device.tell(new Device.Begin(Assignments.from(first, 2, left)));

    assertTrue(left.getFirst().nextStep() >= 1);
    assertEquals(CountingTask.hashOf(STEPS), hash(fish(DeviceEvent.Completed.class).output()));
  }

  @Test
  void aHaltedAttemptFreesTheDeviceAndLeavesNothing() {
    Assignment first = Assignments.of("one", 1);
    ActorRef<Device.Command> device = KIT.spawn(device(), "halting");
    script.beforeStep = () -> device.tell(new Device.Halt(AttemptRef.of(first)));
    device.tell(new Device.Begin(first));

    fish(DeviceEvent.Halted.class);

    assertEquals(0, script.open.get());
    events.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aTaskThatIsToldToFinishCompletesWithWhatThereIs() {
    Assignment first = Assignments.of("one", 1);
    ActorRef<Device.Command> device = KIT.spawn(device(), "finishing");
    script.usable = true;
    script.beforeStep = () -> device.tell(new Device.Finish(AttemptRef.of(first)));
    device.tell(new Device.Begin(first));

    DeviceEvent.Completed completed = fish(DeviceEvent.Completed.class);

    assertTrue(completed.cost().steps() < STEPS, () -> completed.cost().toString());
    assertEquals(CountingTask.hashOf(completed.cost().steps()), hash(completed.output()));
    events.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aTaskThatShowsNothingBeforeItsEndGoesOnThoughToldToFinish() {
    Assignment first = Assignments.of("one", 1);
    ActorRef<Device.Command> device = KIT.spawn(device(), "not-finishing");
    script.beforeStep = () -> device.tell(new Device.Finish(AttemptRef.of(first)));
    device.tell(new Device.Begin(first));

    assertEquals(STEPS, fish(DeviceEvent.Completed.class).cost().steps());
  }

  private ActorRef<Device.Command> begin(Assignment assignment) {
    ActorRef<Device.Command> device = KIT.spawn(device());
    device.tell(new Device.Begin(assignment));
    return device;
  }

  private Behavior<Device.Command> device() {
    return Device.create(
        new DeviceSettings(
            new WorkerId("worker-1"), Assignments.DEVICE_CLASS, Map.of(), Assignments.LIMITS),
        new Device.Resources(
            () -> (input, snapshot) -> new CountingTask(script, input, snapshot),
            archive,
            now::get,
            new MemoryBudget(MEMORY, resident::get),
            watchdog),
        events.getRef());
  }

  private List<CheckpointManifest> threeCheckpoints() {
    CheckpointManifest one = fish(DeviceEvent.Checkpointed.class).manifest();
    CheckpointManifest two = fish(DeviceEvent.Checkpointed.class).manifest();
    CheckpointManifest three = fish(DeviceEvent.Checkpointed.class).manifest();
    fish(DeviceEvent.Failed.class);
    return List.of(three, two, one);
  }

  private <E extends DeviceEvent> E fish(Class<E> type) {
    while (true) {
      DeviceEvent event = events.receiveMessage();
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  private long hash(TaskOutput output) {
    CheckpointManifest manifest = ((TaskOutput.Tensors) output).manifest();
    byte[] payload =
        archive
            .read(Assignments.of("one", 1).request().job(), manifest)
            .toCompletableFuture()
            .join();
    return ByteBuffer.wrap(payload).getLong(Long.BYTES);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Assignment everyTenSteps() {
    return Assignments.of("one", 1, Map.of("checkpoint.everySteps", "10"));
  }
}
