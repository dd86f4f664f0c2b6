package dev.voxelmill.gpu.task;

import java.util.Optional;

/** Opens the executor of a task's kind. */
public final class StepTasks implements TaskOpener {
  /** What a shell reports of a process that died by SIGKILL. */
  private static final int KILLED = 137;

  private final TaskContext context;
  private final Runnable crash;

  public StepTasks(TaskContext context) {
    this(context, () -> Runtime.getRuntime().halt(KILLED));
  }

  /**
   * Opens tasks whose scripted crashes do something else than end the process.
   *
   * @param crash what a rehearsed crash does; it must not return
   */
  StepTasks(TaskContext context, Runnable crash) {
    this.context = context;
    this.crash = crash;
  }

  @Override
  public StepTask open(TaskInput input, Optional<byte[]> snapshot) {
    return switch (input.spec().kind()) {
      case ENCODE -> new EncodeTask(context, input);
      case DENOISE -> new DenoiseTask(context, input, snapshot);
      case TILE -> new TileTask(context, input);
      case PROJECT -> new ProjectTask(context, input, snapshot);
      case DISTILL -> new DistillTask(context, input, snapshot);
      case MESH -> new MeshTask(context, input);
      case SYNTHETIC -> new SyntheticTask(context.device(), input, snapshot, crash);
    };
  }
}
