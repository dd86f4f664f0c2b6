package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.plan.TaskKind;
import dev.voxelmill.protocols.plan.TaskSpec;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every executor must keep: stopped anywhere and continued, it gives the same bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StepTaskContract {
  private final DeviceThread thread = DeviceThread.open("contract");
  private NDManager device;
  private StepTasks opener;
  private TaskInput input;

  /** The kind whose executor is held to the contract. */
  abstract TaskKind kind();

  /** A request whose plan has a task of the kind. */
  JobRequest request() {
    return TinyJob.request(TinyJob.PARAMETERS);
  }

  @BeforeAll
  void runTheTasksBefore() {
    thread.run(
        () -> {
          device = Torch.start(TorchOptions.cpu()).newScope();
          opener = new StepTasks(TinyJob.context(device));
          JobRequest request = request();
          Plan plan = Plans.of(request);
          byte[] image = TinyJob.picture();
          PlanRun.Finished run = (PlanRun.Finished) PlanRun.of(opener, plan, request, image);
          TaskSpec spec =
              plan.tasks().stream().filter(task -> task.kind() == kind()).findFirst().orElseThrow();
          Map<String, byte[]> inputs =
              spec.inputs().stream().collect(Collectors.toMap(name -> name, run.tensors()::get));
          input = new TaskInput(spec, request, image, inputs);
        });
  }

  @AfterAll
  void free() {
    thread.run(device::close);
    thread.close();
  }

  @Test
  void twoRunsGiveTheSameBytes() {
    thread.run(() -> assertSame(straight(), straight()));
  }

  @Test
  void aTaskContinuedFromAnySnapshotGivesTheSameBytes() {
    thread.run(
        () -> {
          TaskResult whole = straight();
          long total = total();
          for (long stop = 0; stop < total; stop++) {
            assertSame(whole, interruptedAt(stop));
          }
        });
  }

  @Test
  void aSnapshotIsOfTheNextStep() {
    thread.run(
        () -> {
          try (StepTask task = opener.open(input, Optional.empty())) {
            while (task.nextStep() < task.totalSteps()) {
              try (StepTask reopened = opener.open(input, Optional.of(task.snapshot()))) {
                assertEquals(task.nextStep(), reopened.nextStep());
                assertEquals(task.totalSteps(), reopened.totalSteps());
              }
              task.step();
            }
          }
        });
  }

  private long total() {
    try (StepTask task = opener.open(input, Optional.empty())) {
      return task.totalSteps();
    }
  }

  private TaskResult straight() {
    try (StepTask task = opener.open(input, Optional.empty())) {
      return finish(task);
    }
  }

  private TaskResult interruptedAt(long stop) {
    byte[] snapshot;
    try (StepTask task = opener.open(input, Optional.empty())) {
      while (task.nextStep() < stop) {
        task.step();
      }
      snapshot = task.snapshot();
    }
    try (StepTask task = opener.open(input, Optional.of(snapshot))) {
      return finish(task);
    }
  }

  private static TaskResult finish(StepTask task) {
    while (task.nextStep() < task.totalSteps()) {
      assertEquals(StepOutcome.Advanced.class, task.step().getClass());
    }
    return task.result();
  }

  private static void assertSame(TaskResult expected, TaskResult actual) {
    switch (expected) {
      case TaskResult.Tensors tensors ->
          assertArrayEquals(tensors.payload(), ((TaskResult.Tensors) actual).payload());
      case TaskResult.Files files -> {
        TaskResult.Files others = (TaskResult.Files) actual;
        assertEquals(files.quality(), others.quality());
        assertEquals(files.files().size(), others.files().size());
        for (int i = 0; i < files.files().size(); i++) {
          assertEquals(files.files().get(i).name(), others.files().get(i).name());
          assertArrayEquals(files.files().get(i).bytes(), others.files().get(i).bytes());
        }
      }
    }
  }
}
