package dev.voxelmill.gpu.worker;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.worker.Assignment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** When state leaves the device, and what an attempt goes on from. */
class DeviceCheckpointTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final DeviceBed bed = new DeviceBed(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void snapshotsComeByTheCount() {
    bed.begin(DeviceBed.everyTenSteps());

    List<Long> saved =
        List.of(
            bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep(),
            bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep(),
            bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep());

    assertEquals(List.of(10L, 20L, 30L), saved);
  }

  @Test
  void snapshotsComeByTheClock() {
    bed.script.beforeStep = () -> bed.now.addAndGet(Duration.ofMillis(600).toNanos());
    bed.begin(Assignments.of("one", 1, Map.of("checkpoint.everySeconds", "6")));

    assertEquals(10, bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
  }

  @Test
  void theDeviceWaitsOnlyWhenTheNextSnapshotIsDueBeforeTheLastHasLanded() {
    bed.archive.hold();
    bed.script.beforeStep = () -> bed.now.addAndGet(Duration.ofMillis(10).toNanos());
    bed.begin(DeviceBed.everyTenSteps());
    await()
        .atMost(DeviceBed.PATIENCE)
        .untilAtomic(bed.now, equalTo(Duration.ofMillis(200).toNanos()));

    bed.now.addAndGet(Duration.ofSeconds(3).toNanos());
    bed.archive.land();

    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);
    assertEquals(3.0, completed.cost().blockedSeconds(), 1e-9);
    assertEquals(0.4, completed.cost().deviceSeconds(), 1e-9);
    assertEquals(0.0, completed.cost().gapSeconds(), 1e-9);
  }

  @Test
  void whileTheLogIsAwayTheTaskGoesOnToItsLimitAndThenCatchesUp() {
    bed.script.beforeStep = () -> bed.now.addAndGet(Duration.ofMillis(10).toNanos());
    bed.script.onOpen = bed.archive::leave;
    bed.begin(DeviceBed.everyTenSteps());

    // The state of step 10 is being stored; 150 ms of unsaved work are 15 steps, and the next
    // snapshot is due at step 20.
    await()
        .atMost(DeviceBed.PATIENCE)
        .untilAtomic(bed.now, equalTo(Duration.ofMillis(200).toNanos()));
    bed.awaitRefusals();
    assertEquals(Duration.ofMillis(200).toNanos(), bed.now.get());
    bed.archive.comeBack();

    assertEquals(10, bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
    assertEquals(20, bed.fish(DeviceEvent.Checkpointed.class).manifest().nextStep());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }

  @Test
  void aResultWaitsForTheLog() {
    bed.script.beforeStep = () -> bed.archive.leave();
    bed.begin(Assignments.of("one", 1));

    bed.awaitRefusals();
    bed.archive.comeBack();

    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }

  @Test
  void inputsThatTheLogDoesNotGiveYetAreWaitedFor() {
    bed.archive.leave();
    bed.begin(Assignments.of("one", 1));

    bed.awaitRefusals();
    bed.archive.comeBack();

    bed.expect(DeviceEvent.Started.class);
  }

  @Test
  void anotherAttemptContinuesFromTheNewestCheckpointAndEndsTheSame() {
    List<CheckpointManifest> newestFirst = bed.brokenAttempt();

    bed.beginAgain(newestFirst);

    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }

  @Test
  void aLostCheckpointIsPassedOverForTheOneBefore() {
    List<CheckpointManifest> newestFirst = bed.brokenAttempt();
    bed.archive.lose(newestFirst.getFirst());

    bed.script.throwsAt = Optional.of(20L);
    bed.beginAgain(newestFirst);

    assertEquals(20, bed.fish(DeviceEvent.Progressed.class).progress().step());
  }

  @Test
  void aDamagedCheckpointIsRejectedByItsName() {
    List<CheckpointManifest> newestFirst = bed.brokenAttempt();
    bed.archive.lose(newestFirst.getFirst());

    bed.beginAgain(newestFirst);

    DeviceEvent.CheckpointRejected rejected = bed.fish(DeviceEvent.CheckpointRejected.class);
    assertEquals(newestFirst.getFirst(), rejected.manifest());
    assertTrue(rejected.reason().contains("missing"), rejected.reason());
  }

  @Test
  void wholeBytesThatAreNoStateOfTheTaskAreRejectedToo() {
    List<CheckpointManifest> newestFirst = bed.brokenAttempt();
    bed.archive.replace(newestFirst.get(0), new byte[3]);
    bed.archive.lose(newestFirst.get(1));

    bed.beginAgain(newestFirst);

    assertEquals(newestFirst.get(0), bed.fish(DeviceEvent.CheckpointRejected.class).manifest());
    assertEquals(newestFirst.get(1), bed.fish(DeviceEvent.CheckpointRejected.class).manifest());
    assertEquals(10, bed.fish(DeviceEvent.Progressed.class).progress().step());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }

  @Test
  void aCheckpointOfAnotherClassOfDeviceIsLeftAlone() {
    Assignment first = DeviceBed.everyTenSteps();
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

    bed.begin(Assignments.from(first, 2, List.of(other)));

    bed.expect(DeviceEvent.Started.class);
    assertEquals(0, bed.fish(DeviceEvent.Progressed.class).progress().step());
  }

  @Test
  void whereTheRequestAllowsItACheckpointOfAnotherClassIsGoneOnFromAndMarksWhatFollows() {
    List<CheckpointManifest> elsewhere =
        bed.brokenAttempt().stream().map(DeviceCheckpointTest::madeOnAnotherClass).toList();
    Assignment allowed =
        Assignments.of(
            "one", 1, Map.of("checkpoint.everySteps", "5", "checkpoint.allowClassChange", "true"));

    bed.begin(Assignments.from(allowed, 2, elsewhere));

    CheckpointManifest next = bed.fish(DeviceEvent.Checkpointed.class).manifest();
    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);
    assertEquals(35, next.nextStep());
    assertEquals(List.of("class-change"), next.marks());
    assertEquals(Assignments.DEVICE_CLASS, next.deviceClass());
    assertEquals(List.of("class-change"), completed.cost().marks());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(completed.output()));
  }

  private static CheckpointManifest madeOnAnotherClass(CheckpointManifest here) {
    return new CheckpointManifest(
        here.task(),
        here.attempt(),
        here.number(),
        here.nextStep(),
        here.partition(),
        here.codec(),
        here.length(),
        here.chunks(),
        "gpu/test");
  }

  @Test
  void withNoReadableCheckpointTheTaskStartsAtTheBeginning() {
    List<CheckpointManifest> newestFirst = bed.brokenAttempt();
    newestFirst.forEach(bed.archive::lose);

    bed.beginAgain(newestFirst);

    assertEquals(0, bed.fish(DeviceEvent.Progressed.class).progress().step());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }
}
