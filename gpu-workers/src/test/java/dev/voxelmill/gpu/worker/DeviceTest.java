package dev.voxelmill.gpu.worker;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.WorkerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private static final long STEPS = 40;
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final MemoryArchive archive = new MemoryArchive();
  private final CountingTask.Script script = new CountingTask.Script(STEPS);
  private final AtomicLong now = new AtomicLong();
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
            new WorkerId("worker-1"), Assignments.DEVICE_CLASS, Map.of(), Duration.ofSeconds(2)),
        new Device.Resources(
            () -> (input, snapshot) -> new CountingTask(script, snapshot), archive, now::get),
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

  private static Assignment everyTenSteps() {
    return Assignments.of("one", 1, Map.of("checkpoint.everySteps", "10"));
  }
}
