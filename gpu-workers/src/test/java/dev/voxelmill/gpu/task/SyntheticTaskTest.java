package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SyntheticTaskTest {
  private static final DeviceThread THREAD = DeviceThread.open("synthetic");

  private static final long MEMORY = 100 << 20;

  /** What a rehearsed crash does here. */
  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private NDManager device;

  @BeforeEach
  void open() {
    device = THREAD.call(() -> Torch.start(TorchOptions.cpu()).newScope());
  }

  @AfterEach
  void close() {
    THREAD.run(device::close);
  }

  @AfterAll
  static void stop() {
    THREAD.close();
  }

  @Test
  void theResultDependsOnEveryStepTheSeedAndThePicture() {
    String result = text(run(Map.of(), 1, "a"));

    assertEquals(result, text(run(Map.of(), 1, "a")));
    assertNotEquals(result, text(run(Map.of("synthetic.steps", "9"), 1, "a")));
    assertNotEquals(result, text(run(Map.of("synthetic.stateBytes", "8192"), 1, "a")));
    assertNotEquals(result, text(run(Map.of(), 1, "b")));
  }

  @Test
  void aTaskWithStateAndMemoryOfAnySizeGivesASmallFile() {
    TaskResult.Files files =
        run(Map.of("synthetic.stateBytes", "1000003", "synthetic.memoryBytes", "5000000"), 1, "a");

    assertEquals("synthetic.json", files.files().getFirst().name());
    assertTrue(files.files().getFirst().bytes().length < 1000);
  }

  @Test
  void fromItsFirstStepOnItCanEndWithAResultThatSaysHowFarItCame() {
    THREAD.run(
        () -> {
          try (StepTask task = open(input(Map.of(), 1, "a"), Optional.empty())) {
            assertFalse(task.isUsable());
            task.step();
            task.step();
            assertTrue(task.isUsable());
            String result = text((TaskResult.Files) task.result());
            assertTrue(result.contains("\"steps\" : 2"), result);
          }
        });
  }

  @Test
  void aStateOfAnotherSizeIsNoSnapshotOfTheTask() {
    byte[] snapshot = THREAD.call(() -> open(input(Map.of(), 1, "a"), Optional.empty()).snapshot());
    TaskInput other = input(Map.of("synthetic.stateBytes", "8192"), 1, "a");

    assertThrows(
        IllegalArgumentException.class,
        () -> THREAD.run(() -> open(other, Optional.of(snapshot)).close()));
  }

  @Test
  void aScriptedNanFailsItsStepByName() {
    StepOutcome outcome = stepUntil(Map.of("synthetic.faults", "nan@3"), 1, 3);

    JobFailure failure = ((StepOutcome.Failed) outcome).failure();
    assertEquals(JobFailure.Code.NOT_FINITE, failure.code());
    assertTrue(failure.message().contains("step 3"), failure.message());
  }

  @Test
  void scriptedDeviceFaultsComeAsTheLibrarysOwnException() {
    assertThrows(EngineException.class, () -> stepUntil(Map.of("synthetic.faults", "oom@0"), 1, 0));
    assertThrows(
        EngineException.class, () -> stepUntil(Map.of("synthetic.faults", "deviceError@2"), 1, 2));
  }

  @Test
  void memoryBeyondTheBudgetIsRefusedWithItsSizesUntilTheBatchIsSmaller() {
    TaskInput input = input(Map.of("synthetic.memoryBytes", "80000000"), 1, "a");

    MemoryExhaustedException refused =
        assertThrows(
            MemoryExhaustedException.class, () -> THREAD.run(() -> open(input, Optional.empty())));
    assertTrue(refused.getMessage().contains("76.3 MiB beside 50.0 MiB"), refused.getMessage());
    THREAD.run(() -> open(input.with(Set.of(Remedy.SMALLER_BATCH)), Optional.empty()).close());
  }

  @Test
  void aScriptedNanIsGoneInTheLifeAfterARollBack() {
    TaskInput input = input(Map.of("synthetic.faults", "nan@0"), 1, "a");
    TaskInput rolledBack = input.with(Set.of(Remedy.SMALLER_STEPS));

    THREAD.run(
        () -> {
          assertEquals(StepOutcome.Failed.class, open(input, Optional.empty()).step().getClass());
          assertEquals(
              StepOutcome.Advanced.class, open(rolledBack, Optional.empty()).step().getClass());
        });
  }

  @Test
  void aScriptedCrashEndsTheProcessInItsLivesOnly() {
    Map<String, String> twice = Map.of("synthetic.faults", "crash@1*2");

    assertThrows(Died.class, () -> stepUntil(twice, 1, 1));
    assertThrows(Died.class, () -> stepUntil(twice, 2, 1));
    assertEquals(
        text(run(Map.of(), 3, "a")), text(run(twice, 3, "a")), "a crash changes no result");
  }

  @Test
  void aScriptedCrashAtACheckpointFiresInItsPhase() {
    TaskInput input = input(Map.of("synthetic.faults", "crash@4:after-write"), 1, "a");

    THREAD.run(
        () -> {
          try (StepTask task = open(input, Optional.empty())) {
            task.onSnapshot(SnapshotPhase.STORED, 3);
            task.onSnapshot(SnapshotPhase.TAKEN, 4);
            task.onSnapshot(SnapshotPhase.CONFIRMED, 4);
            assertThrows(Died.class, () -> task.onSnapshot(SnapshotPhase.STORED, 4));
          }
        });
  }

  private StepOutcome stepUntil(Map<String, String> parameters, int attempt, long last) {
    return THREAD.call(
        () -> {
          try (StepTask task = open(input(parameters, attempt, "a"), Optional.empty())) {
            while (task.nextStep() < last) {
              task.step();
            }
            return task.step();
          }
        });
  }

  private TaskResult.Files run(Map<String, String> parameters, int attempt, String picture) {
    return THREAD.call(
        () -> {
          try (StepTask task = open(input(parameters, attempt, picture), Optional.empty())) {
            while (task.nextStep() < task.totalSteps()) {
              task.step();
            }
            return (TaskResult.Files) task.result();
          }
        });
  }

  private StepTask open(TaskInput input, Optional<byte[]> snapshot) {
    return new SyntheticTask(
        device.newSubManager(),
        input,
        snapshot,
        new SyntheticTask.Trouble(
            new MemoryBudget(MEMORY, () -> MEMORY / 2),
            () -> {
              throw new Died();
            }));
  }

  private static TaskInput input(Map<String, String> parameters, int attempt, String picture) {
    Map<String, String> quick =
        new HashMap<>(Map.of("synthetic.steps", "8", "synthetic.stepMillis", "0"));
    quick.putAll(parameters);
    JobRequest request = TinyJob.request(Methods.SYNTHETIC, quick);
    return new TaskInput(
        Plans.of(request).tasks().getFirst(),
        attempt,
        Set.of(),
        request,
        picture.getBytes(StandardCharsets.UTF_8),
        Optional.empty(),
        Map.of());
  }

  private static String text(TaskResult.Files files) {
    return new String(files.files().getFirst().bytes(), StandardCharsets.UTF_8);
  }
}
