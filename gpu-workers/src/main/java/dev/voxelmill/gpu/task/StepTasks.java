package dev.voxelmill.gpu.task;

import dev.voxelmill.gpu.models.UnusableModelException;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.sampling.SamplerConfigException;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Methods;
import java.util.Map;
import java.util.Optional;

/** Opens the executor of a task, by the family of its job's method. */
public final class StepTasks implements TaskOpener {
  /** What a shell reports of a process that died by SIGKILL. */
  private static final int KILLED = 137;

  private final TaskContext context;
  private final Map<String, TaskFamily> families;

  /** Opens tasks that may use all memory there is. */
  public StepTasks(TaskContext context) {
    this(context, MemoryBudget.NONE);
  }

  /** Opens tasks within a budget of memory. */
  public StepTasks(TaskContext context, MemoryBudget memory) {
    this(context, new SyntheticTask.Trouble(memory, () -> Runtime.getRuntime().halt(KILLED)));
  }

  /** Opens tasks whose scripted crashes do something else than end the process. */
  StepTasks(TaskContext context, SyntheticTask.Trouble trouble) {
    this.context = context;
    TaskFamily canvas = new CanvasTasks();
    families =
        Map.of(
            Methods.IMAGE_TO_3D.name(),
            new ViewPriorTasks(),
            Methods.SYNTHETIC.name(),
            (own, input, snapshot) -> new SyntheticTask(own.device(), input, snapshot, trouble),
            Methods.ZERO123.name(),
            new Zero123Tasks(),
            Methods.ZERO123_3D.name(),
            new Zero123Tasks(),
            Methods.ZERO123PLUS.name(),
            canvas,
            Methods.ZERO123PLUS_3D.name(),
            canvas);
  }

  /**
   * What a task puts on the device is its own, so that one that cannot be opened leaves nothing.
   */
  @Override
  public StepTask open(TaskInput input, Optional<byte[]> snapshot) {
    TaskContext own = context.within(context.device().newSubManager());
    try {
      return family(input.request().method()).open(own, input, snapshot);
    } catch (UnusableModelException | ModelFolderException | SamplerConfigException e) {
      own.device().close();
      throw new UnopenableTaskException(JobFailure.Code.MODEL_UNUSABLE, e);
    } catch (RuntimeException e) {
      own.device().close();
      throw e;
    }
  }

  private TaskFamily family(String method) {
    TaskFamily family = families.get(method);
    if (family == null) {
      throw new IllegalArgumentException(
          "method: '%s' (expected: one of %s)".formatted(method, families.keySet()));
    }
    return family;
  }
}
