package dev.voxelmill.gpu.task;

import java.util.Optional;

/** Opens the executor of a task's kind. */
public final class StepTasks implements TaskOpener {
  /** What a shell reports of a process that died by SIGKILL. */
  private static final int KILLED = 137;

  private final TaskContext context;
  private final SyntheticTask.Trouble trouble;

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
    this.trouble = trouble;
  }

  /**
   * What a task puts on the device is its own, so that one that cannot be opened leaves nothing.
   */
  @Override
  public StepTask open(TaskInput input, Optional<byte[]> snapshot) {
    TaskContext own = context.within(context.device().newSubManager());
    try {
      return open(own, input, snapshot);
    } catch (RuntimeException e) {
      own.device().close();
      throw e;
    }
  }

  private StepTask open(TaskContext own, TaskInput input, Optional<byte[]> snapshot) {
    return switch (input.spec().kind()) {
      case ENCODE -> new EncodeTask(own, input);
      case DENOISE -> new DenoiseTask(own, input, snapshot);
      case TILE -> new TileTask(own, input);
      case PROJECT -> new ProjectTask(own, input, snapshot);
      case DISTILL -> new DistillTask(own, input, snapshot);
      case MESH -> new MeshTask(own, input);
      case SYNTHETIC -> new SyntheticTask(own.device(), input, snapshot, trouble);
    };
  }
}
