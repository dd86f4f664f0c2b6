package dev.voxelmill.gpu.worker;

import dev.voxelmill.gpu.task.JointTask;
import dev.voxelmill.gpu.task.Remedy;
import dev.voxelmill.gpu.task.StepOutcome;
import dev.voxelmill.gpu.task.TaskInput;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.protocols.job.JobFailure;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A task of pure arithmetic: a running hash of the step numbers, so that a step done twice or left
 * out shows in the result.
 */
final class CountingTask implements JointTask {
  /** How tasks of a test behave, and how many of them hold the device. */
  static final class Script {
    final AtomicLong open = new AtomicLong();
    final long steps;
    volatile Optional<Long> failsAt = Optional.empty();
    volatile Optional<Long> throwsAt = Optional.empty();
    final List<Set<Remedy>> openedWith = new CopyOnWriteArrayList<>();
    volatile Runnable beforeStep = () -> {};
    volatile Runnable onOpen = () -> {};
    volatile Runnable onFailure = () -> {};
    boolean usable;

    /** Whether steps of several tasks are one call, and how large each such call was. */
    boolean joint;

    final List<Integer> jointCalls = new CopyOnWriteArrayList<>();
    volatile boolean jointCallsThrow;

    Script(long steps) {
      this.steps = steps;
    }
  }

  private final Script script;
  private long next;
  private long hash;

  CountingTask(Script script, TaskInput input, Optional<byte[]> snapshot) {
    this.script = script;
    script.openedWith.add(input.remedies());
    script.onOpen.run();
    snapshot
        .map(
            bytes -> {
              if (bytes.length != 2 * Long.BYTES) {
                throw new IllegalArgumentException(bytes.length + " bytes (expected: 16)");
              }
              return ByteBuffer.wrap(bytes);
            })
        .ifPresent(
            state -> {
              next = state.getLong();
              hash = state.getLong();
            });
    script.open.incrementAndGet();
  }

  static long hashOf(long steps) {
    long hash = 0;
    for (long step = 0; step < steps; step++) {
      hash = advance(hash, step);
    }
    return hash;
  }

  @Override
  public long nextStep() {
    return next;
  }

  @Override
  public long totalSteps() {
    return script.steps;
  }

  @Override
  public StepOutcome step() {
    script.beforeStep.run();
    if (script.failsAt.equals(Optional.of(next))) {
      script.onFailure.run();
      return StepOutcome.Failed.permanent(JobFailure.Code.NOT_FINITE, "loss: NaN");
    }
    if (script.throwsAt.equals(Optional.of(next))) {
      throw new IllegalStateException("broken at " + next);
    }
    hash = advance(hash, next);
    next++;
    return new StepOutcome.Advanced(1.0 / next);
  }

  @Override
  public Object company() {
    return script.joint ? script : this;
  }

  @Override
  public List<StepOutcome> stepJointly(List<JointTask> tasks) {
    script.jointCalls.add(tasks.size());
    if (script.jointCallsThrow) {
      throw new IllegalStateException("a joint call fails");
    }
    return tasks.stream().map(JointTask::step).toList();
  }

  @Override
  public byte[] snapshot() {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(next).putLong(hash).array();
  }

  @Override
  public boolean isUsable() {
    return script.usable;
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(snapshot());
  }

  @Override
  public void close() {
    script.open.decrementAndGet();
  }

  private static long advance(long hash, long step) {
    return (hash ^ step) * 0x9E37_79B9_7F4A_7C15L + 1;
  }
}
