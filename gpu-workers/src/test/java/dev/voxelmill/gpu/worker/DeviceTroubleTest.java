package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What becomes of an attempt whose task fails. */
class DeviceTroubleTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final DeviceBed bed = new DeviceBed(KIT);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void valuesThatAreNotFiniteRollBackOnceAndMarkWhatFollows() {
    bed.script.failsAt = Optional.of(25L);
    bed.script.onFailure = () -> bed.script.failsAt = Optional.empty();
    bed.begin(DeviceBed.everyTenSteps());

    assertEquals(List.of(), bed.fish(DeviceEvent.Checkpointed.class).manifest().marks());
    assertEquals(List.of(), bed.fish(DeviceEvent.Checkpointed.class).manifest().marks());
    CheckpointManifest after = bed.fish(DeviceEvent.Checkpointed.class).manifest();
    DeviceEvent.Completed completed = bed.fish(DeviceEvent.Completed.class);

    assertEquals(30, after.nextStep());
    assertEquals(List.of("smaller-steps"), after.marks());
    assertEquals(List.of("smaller-steps"), completed.cost().marks());
    assertEquals(CountingTask.hashOf(DeviceBed.STEPS), bed.hash(completed.output()));
    assertEquals(List.of(Set.of(), Set.of(Remedy.SMALLER_STEPS)), bed.script.openedWith);
  }

  @Test
  void valuesThatAreNotFiniteAgainFailTheTaskByItsCode() {
    bed.script.failsAt = Optional.of(25L);
    bed.begin(DeviceBed.everyTenSteps());

    assertEquals(JobFailure.Code.NOT_FINITE, bed.fish(DeviceEvent.Failed.class).failure().code());
    assertEquals(2, bed.script.openedWith.size());
    assertEquals(0, bed.script.open.get());
  }

  @Test
  void anotherAttemptGoesOnWithTheRemediesOfItsCheckpoint() {
    bed.script.failsAt = Optional.of(5L);
    bed.script.onFailure =
        () -> {
          bed.script.failsAt = Optional.empty();
          bed.script.throwsAt = Optional.of(35L);
        };
    bed.begin(DeviceBed.everyTenSteps());
    List<CheckpointManifest> newestFirst = bed.threeCheckpoints();
    bed.script.throwsAt = Optional.empty();

    bed.beginAgain(newestFirst);

    assertEquals(List.of("smaller-steps"), bed.fish(DeviceEvent.Completed.class).cost().marks());
    assertEquals(Set.of(Remedy.SMALLER_STEPS), bed.script.openedWith.getLast());
  }

  @Test
  void exhaustedMemoryIsTriedWithASmallerBatchAndThenToldWithItsSizes() {
    bed.script.beforeStep = () -> bed.resident.set(DeviceBed.MEMORY + (1 << 20));
    bed.begin(DeviceBed.everyTenSteps());

    JobFailure failure = bed.fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.DEVICE_OOM, failure.code());
    assertTrue(failure.retryable());
    assertTrue(failure.message().contains("1025.0 MiB in use"), failure.message());
    assertTrue(failure.message().contains("at most 1024.0 MiB"), failure.message());
    assertEquals(List.of(Set.of(), Set.of(Remedy.SMALLER_BATCH)), bed.script.openedWith);
  }

  @Test
  void aDeviceErrorIsToldAtOnceAndMayBeRetried() {
    bed.script.beforeStep =
        () -> {
          throw new EngineException("CUDA error: an illegal memory access was encountered");
        };
    bed.begin(DeviceBed.everyTenSteps());

    JobFailure failure = bed.fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.DEVICE_ERROR, failure.code());
    assertTrue(failure.retryable());
    assertEquals(1, bed.script.openedWith.size());
  }

  @Test
  void aFailedStepIsToldByItsCodeAndFreesTheDevice() {
    bed.script.failsAt = Optional.of(5L);
    bed.begin(Assignments.of("one", 1));

    JobFailure failure = bed.fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.NOT_FINITE, failure.code());
    assertEquals(0, bed.script.open.get());
  }

  @Test
  void anExceptionOfATaskIsAnInternalFailureThatNamesIt() {
    bed.script.throwsAt = Optional.of(5L);
    bed.begin(Assignments.of("one", 1));

    JobFailure failure = bed.fish(DeviceEvent.Failed.class).failure();

    assertEquals(JobFailure.Code.INTERNAL, failure.code());
    assertTrue(failure.message().contains("broken at 5"), failure.message());
  }
}
