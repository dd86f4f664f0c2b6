package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.sampling.LibraryVersion;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.Samplers;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123.Zero123Model;
import dev.voxelmill.gpu.zero123.Zero123Sight;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import dev.voxelmill.gpu.zero123.Zero123Views;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import dev.voxelmill.protocols.plan.ViewOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Noise to the latents of every wanted view, a call of the network at a time.
 *
 * <p>Views are denoised in batches, one batch after the other. The whole state is the latents of
 * the batches that are done, the {@link SamplerState} of the one under way, and the step's number.
 * With {@link Remedy#SMALLER_BATCH} a call takes a part of a batch; the state stays what it was.
 */
final class Zero123DenoiseTask implements JointTask {
  private static final String DONE = "done";

  private final NDManager scope;
  private final Zero123Model model;
  private final SeenPicture input;
  private final List<ViewOffsets.Pose> poses;
  private final SamplingPlan plan;
  private final double guidanceScale;
  private final int batch;
  private final int callsPerStep;
  private final long seed;
  private final NDList done = new NDList(); // (views, 4, h, w) float32 of each finished batch
  private Optional<Batch> underWay = Optional.empty();
  private int next;

  /** A batch of views that is being denoised, and the owner of all that only it needs. */
  private record Batch(NDManager owner, Zero123Views views, SamplerState state) {
    private void close() {
      views.close();
      owner.close();
    }
  }

  Zero123DenoiseTask(TaskContext context, TaskInput task, Optional<byte[]> snapshot) {
    scope = context.device();
    model = context.borrow(task, Zero123Tasks.MODEL).model();
    input = SeenPicture.of(scope, TaskInputs.only(task));
    poses = WantedViews.of(task);
    Parameters parameters = task.parameters();
    plan = plan(model, parameters);
    guidanceScale = parameters.real("denoise.guidance");
    batch = task.requested().whole("denoise.batch");
    callsPerStep = Math.ceilDiv(batch, parameters.whole("denoise.batch"));
    seed = task.request().seed();
    snapshot.ifPresent(this::restore);
  }

  private static SamplingPlan plan(Zero123Model model, Parameters parameters) {
    int steps = parameters.whole("denoise.steps");
    double eta = parameters.real("denoise.eta");
    return parameters.text("denoise.sampler").equals("original")
        ? Samplers.originalZero123(steps, eta)
        : Samplers.plan(model.scheduler(), LibraryVersion.V0_20_2, steps, eta);
  }

  @Override
  public long nextStep() {
    return next;
  }

  @Override
  public long totalSteps() {
    return (long) plan.steps().size() * Math.ceilDiv(poses.size(), batch);
  }

  @Override
  public StepOutcome step() {
    Batch now = present();
    return commit(now, now.views().step(now.owner(), now.state(), seed, callsPerStep));
  }

  /** What ran out of memory in company goes on alone. */
  @Override
  public Object company() {
    return callsPerStep > 1 ? this : new Company(model, guidanceScale != 1);
  }

  /** Denoising tasks of one model; with guidance a call costs twice as much. */
  private record Company(Zero123Model model, boolean guided) {}

  @Override
  public List<StepOutcome> stepJointly(List<JointTask> tasks) {
    List<Zero123DenoiseTask> all = tasks.stream().map(Zero123DenoiseTask.class::cast).toList();
    List<Batch> present = all.stream().map(Zero123DenoiseTask::present).toList();
    try (NDManager work = scope.newSubManager()) {
      List<NDArray> guided =
          model
              .network()
              .predict(
                  work, present.stream().map(now -> now.views().asked(work, now.state())).toList());
      List<SamplerState> after = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        Batch now = present.get(i);
        after.add(now.views().answered(now.owner(), now.state(), guided.get(i), all.get(i).seed));
      }
      List<StepOutcome> outcomes = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        outcomes.add(all.get(i).commit(present.get(i), after.get(i)));
      }
      return outcomes;
    }
  }

  private Batch present() {
    return underWay.orElseGet(() -> begin(next / plan.steps().size()));
  }

  /** Takes the state after a call over, if it is finite. */
  private StepOutcome commit(Batch now, SamplerState after) {
    if (!TaskInputs.isFinite(after.sample())) {
      return StepOutcome.Failed.permanent(
          JobFailure.Code.NOT_FINITE,
          "latents at denoising step %d: not finite (expected: finite; fix: lower denoise.guidance)"
              .formatted(next));
    }
    closeReplaced(now.state(), after);
    underWay = Optional.of(new Batch(now.owner(), now.views(), after));
    next++;
    if (next % plan.steps().size() == 0) {
      after.sample().attach(scope);
      done.add(after.sample());
      endBatch();
    }
    return StepOutcome.Advanced.WITHOUT_LOSS;
  }

  /** The batch of that number before its first call. */
  private Batch begin(int number) {
    NDManager owner = scope.newSubManager();
    Zero123Views views = views(owner, number);
    return new Batch(owner, views, views.start(owner, seed));
  }

  private Zero123Views views(NDManager owner, int number) {
    int first = number * batch;
    List<ViewOffsets.Pose> some = poses.subList(first, Math.min(first + batch, poses.size()));
    NDArray told = Zero123Sight.poses(owner, WantedViews.told(some));
    Condition condition = model.sight().condition(owner, input.seen(), told);
    return new Zero123Views(owner, model.network(), condition, plan, guidanceScale, first);
  }

  /** The next state shares the tensors that it keeps. */
  private static void closeReplaced(SamplerState before, SamplerState after) {
    Set<String> kept =
        after.tensors().values().stream().map(NDArray::getUid).collect(Collectors.toSet());
    before.tensors().values().stream()
        .filter(old -> !kept.contains(old.getUid()))
        .forEach(NDArray::close);
  }

  private void endBatch() {
    underWay.ifPresent(Batch::close);
    underWay = Optional.empty();
  }

  @Override
  public byte[] snapshot() {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    writer.metadata("nextStep", Integer.toString(next));
    if (!done.isEmpty()) {
      writer.add(DONE, all());
    }
    underWay.ifPresent(now -> SamplerStates.write(now.state(), writer));
    return writer.toBytes();
  }

  private void restore(byte[] snapshot) {
    try (SafeTensors file = SafeTensors.of("denoise state", snapshot)) {
      next = Integer.parseInt(file.metadata().get("nextStep"));
      if (file.entries().containsKey(DONE)) {
        done.add(file.read(scope, DONE));
      }
      int calls = plan.steps().size();
      if (next % calls != 0) {
        NDManager owner = scope.newSubManager();
        SamplerState state = SamplerStates.read(owner, file, next % calls);
        underWay = Optional.of(new Batch(owner, views(owner, next / calls), state));
      }
    }
  }

  private NDArray all() {
    NDArray all = NDArrays.concat(done);
    all.attach(scope);
    done.forEach(NDArray::close);
    done.clear();
    done.add(all);
    return all;
  }

  /** The views of the batches that are done. */
  @Override
  public boolean isUsable() {
    return !done.isEmpty();
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(new SafeTensorsWriter().add("latents", all()).toBytes());
  }

  @Override
  public void close() {
    endBatch();
    scope.close();
  }
}
