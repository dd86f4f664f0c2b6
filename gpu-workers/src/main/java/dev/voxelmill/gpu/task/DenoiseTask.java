package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.DdimSampler;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.diffusion.ViewPriorModel;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Noise to several views of the object, one sampler step at a time. The whole state is the noisy
 * pictures and the step's number.
 */
final class DenoiseTask implements JointTask {
  private final NDManager scope;
  private final ViewPriorModel model;
  private final ViewPrior prior;
  private final DdimSampler sampler;
  private final List<OrbitCamera> cameras;
  private NDArray z; // (N, 4, n, n) float32
  private int next;

  DenoiseTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device();
    Parameters parameters = input.parameters();
    EncodedView view = EncodedView.of(scope, TaskInputs.only(input));
    model = context.prior();
    prior = model.condition(scope, view.image(), view.camera());
    cameras = ViewRings.ofSize(parameters.whole("denoise.views"), view.camera().fovRad());
    boolean mean = parameters.text("denoise.mode").equals("mean");
    sampler =
        new DdimSampler(
            prior,
            cameras,
            mean ? 1 : parameters.whole("denoise.steps"),
            parameters.real("denoise.guidance"));
    if (snapshot.isPresent()) {
      try (SafeTensors state = SafeTensors.of("denoise state", snapshot.get())) {
        z = state.read(scope, "z");
        next = Integer.parseInt(state.metadata().get("nextStep"));
      }
    } else {
      z = sampler.start(scope, input.request().seed());
    }
  }

  @Override
  public long nextStep() {
    return next;
  }

  @Override
  public long totalSteps() {
    return sampler.steps();
  }

  @Override
  public StepOutcome step() {
    try (NDManager step = scope.newSubManager()) {
      return commit(sampler.step(step, next, z));
    }
  }

  @Override
  public Object company() {
    return new Company(model, sampler.isGuided());
  }

  /** Denoising tasks of one model; with guidance a step costs twice as much. */
  private record Company(ViewPriorModel model, boolean guided) {}

  @Override
  public List<StepOutcome> stepJointly(List<JointTask> tasks) {
    List<DenoiseTask> all = tasks.stream().map(DenoiseTask.class::cast).toList();
    try (NDManager step = scope.newSubManager()) {
      List<NDArray> clean =
          model.denoise(
              step, all.stream().map(task -> task.sampler.question(task.next, task.z)).toList());
      List<NDArray> after = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        DenoiseTask task = all.get(i);
        after.add(task.sampler.advance(step, task.next, task.z, clean.get(i)));
      }
      List<StepOutcome> outcomes = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        outcomes.add(all.get(i).commit(after.get(i)));
      }
      return outcomes;
    }
  }

  /** Takes the state after a step over, if it is finite. */
  private StepOutcome commit(NDArray after) {
    if (!TaskInputs.isFinite(after)) {
      return StepOutcome.Failed.permanent(
          JobFailure.Code.NOT_FINITE,
          "views at denoising step %d: not finite (expected: finite; fix: lower denoise.guidance)"
              .formatted(next));
    }
    after.attach(scope);
    z.close();
    z = after;
    next++;
    return StepOutcome.Advanced.WITHOUT_LOSS;
  }

  @Override
  public byte[] snapshot() {
    return new SafeTensorsWriter()
        .metadata("nextStep", Integer.toString(next))
        .add("z", z)
        .toBytes();
  }

  @Override
  public TaskResult result() {
    return new TaskResult.Tensors(new PosedViews(z, cameras).toBytes(scope));
  }

  @Override
  public void close() {
    prior.close();
    scope.close();
  }
}
