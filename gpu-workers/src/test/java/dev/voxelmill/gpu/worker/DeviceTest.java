package dev.voxelmill.gpu.worker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** How an attempt holds the device and leaves it. */
class DeviceTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final DeviceBed bed = new DeviceBed(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void aTaskRunsThroughAndItsResultReadsBack() {
    bed.begin(Assignments.of("one", 1));

    bed.expect(DeviceEvent.Started.class);
    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);

    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(completed.output()));
    assertEquals(DeviceBed.STEPS, completed.cost().steps());
    assertEquals(0, bed.script.open.get());
  }

  @Test
  void aReleasedAttemptLeavesACheckpointFromWhichAnotherEndsTheSame() {
    Assignment first = Assignments.of("one", 1);
    bed.archive.hold();
    bed.script.beforeStep = () -> bed.device.tell(new Device.Release(AttemptRef.of(first)));
    bed.begin(first);
    bed.expect(DeviceEvent.Started.class);
    bed.expect(DeviceEvent.Progressed.class);
    bed.archive.land();

    List<CheckpointManifest> left = bed.fish(DeviceEvent.Released.class).checkpoints();
    bed.begin(Assignments.from(first, 2, left));

    assertTrue(left.getFirst().nextStep() >= 1);
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.completedHash());
  }

  @Test
  void aHaltedAttemptFreesTheDeviceAndLeavesNothing() {
    Assignment first = Assignments.of("one", 1);
    bed.script.beforeStep = () -> bed.device.tell(new Device.Halt(AttemptRef.of(first)));
    bed.begin(first);

    bed.fish(DeviceEvent.Halted.class);

    assertEquals(0, bed.script.open.get());
    bed.expectNothing();
  }

  @Test
  void aTaskThatIsToldToFinishCompletesWithWhatThereIs() {
    Assignment first = Assignments.of("one", 1);
    bed.script.usable = true;
    bed.script.beforeStep = () -> bed.device.tell(new Device.Finish(AttemptRef.of(first)));
    bed.begin(first);

    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);

    assertTrue(completed.cost().steps() < DeviceBed.STEPS, () -> completed.cost().toString());
    assertEquals(CountingTask.hashOf(completed.cost().steps()), bed.hash(completed.output()));
    bed.expectNothing();
  }

  @Test
  void aTaskThatHasMadeNothingYetFailsWhenItIsToldToFinish() {
    Assignment first = Assignments.of("one", 1);
    bed.script.beforeStep = () -> bed.device.tell(new Device.Finish(AttemptRef.of(first)));
    bed.begin(first);

    assertEquals(
        JobFailure.Code.DEADLINE_EXCEEDED, bed.fish(DeviceEvent.Failed.class).failure().code());
    assertEquals(0, bed.script.open.get());
    bed.expectNothing();
  }

  @Test
  void aTaskThatIsToldToFinishBeforeItIsOpenCompletesWithWhatItsCheckpointHolds() {
    List<CheckpointManifest> saved = bed.brokenAttempt();
    bed.script.usable = true;
    Assignment again = Assignments.from(DeviceBed.everyTenSteps(), 2, saved);
    bed.script.onOpen = () -> bed.device.tell(new Device.Finish(AttemptRef.of(again)));
    bed.begin(again);

    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);

    assertTrue(completed.cost().steps() < DeviceBed.STEPS, () -> completed.cost().toString());
    assertEquals(CountingTask.hashOf(completed.cost().steps()), bed.hash(completed.output()));
  }

  @Test
  void theWatchdogKnowsAStepThatDoesNotEnd() throws InterruptedException {
    CountDownLatch forEver = new CountDownLatch(1);
    CountDownLatch stepping = new CountDownLatch(1);
    bed.script.beforeStep =
        () -> {
          stepping.countDown();
          awaitQuietly(forEver);
        };
    Assignment assignment = Assignments.of("one", 1);
    bed.begin(assignment);
    assertTrue(stepping.await(1, TimeUnit.MINUTES));

    bed.now.addAndGet(Assignments.LIMITS.stepDeadline().toNanos() + 1);

    assertEquals(Optional.of(AttemptRef.of(assignment)), bed.watchdog.hung());
    forEver.countDown();
    await().atMost(DeviceBed.PATIENCE).until(() -> bed.watchdog.hung().isEmpty());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
