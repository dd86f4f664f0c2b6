package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.models.PretrainedModels.Borrowed;
import dev.voxelmill.gpu.nn.diffusers.ControlNet;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123plus.CanvasCondition;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser.Asked;
import dev.voxelmill.gpu.zero123plus.CanvasDenoiser.Control;
import dev.voxelmill.gpu.zero123plus.CanvasDraws;
import dev.voxelmill.gpu.zero123plus.CanvasNoise;
import dev.voxelmill.gpu.zero123plus.Zero123Plus;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Parameters;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Noise to the latents of a canvas, a call of the UNet at a time. The whole state is that of the
 * sampler: the noise of every call is a function of the seed and the call's number.
 */
final class CanvasDenoiseTask implements JointTask {
  private final NDManager scope;
  private final Zero123Plus model;
  private final SamplerKernel sampler;
  private final SamplingPlan plan;
  private final CanvasDenoiser denoiser;
  private final CanvasCondition condition;
  private final Optional<Control> control;
  private final CanvasNoise noise;
  private final List<ModelUse> uses = new ArrayList<>();
  private SamplerState state;

  CanvasDenoiseTask(TaskContext context, TaskInput input, Optional<byte[]> snapshot) {
    scope = context.device();
    Parameters parameters = input.parameters();
    model = used(context.borrow(input, CanvasTasks.MODEL));
    sampler = new SamplerKernel(scope);
    plan = model.trailingPlan(parameters.whole("denoise.steps"));
    denoiser = new CanvasDenoiser(model.unet(), sampler, plan, parameters.real("denoise.guidance"));
    noise = new CanvasDraws(input.request().seed());
    try (SafeTensors file = SafeTensors.of("condition", TaskInputs.only(input))) {
      condition = new CanvasCondition(file.read(scope, "latents"), file.read(scope, "tokens"));
      control =
          file.entries().containsKey("hint")
              ? Optional.of(control(context, input, file.read(scope, "hint")))
              : Optional.empty();
    }
    state =
        snapshot
            .map(this::restored)
            .orElseGet(
                () -> {
                  try (NDManager work = scope.newSubManager()) {
                    return denoiser
                        .start(work, noise, CanvasSize.of(parameters).latents(model))
                        .ownedBy(scope);
                  }
                });
  }

  private Control control(TaskContext context, TaskInput input, NDArray hint) {
    ControlNet network = used(context.borrow(input, Method.CONTROL_MODEL, CanvasTasks.CONTROL));
    return new Control(network, hint, input.parameters().real("control.scale"));
  }

  private <T> T used(Borrowed<T> borrowed) {
    uses.add(borrowed.use());
    return borrowed.model();
  }

  private SamplerState restored(byte[] snapshot) {
    try (SafeTensors file = SafeTensors.of("denoise state", snapshot)) {
      int next = Integer.parseInt(file.metadata().get("nextStep"));
      return SamplerStates.read(scope, file, next);
    }
  }

  @Override
  public long nextStep() {
    return state.nextStep();
  }

  @Override
  public long totalSteps() {
    return plan.steps().size();
  }

  @Override
  public StepOutcome step() {
    try (NDManager step = scope.newSubManager()) {
      return commit(denoiser.advance(step, state, condition, control, noise).next());
    }
  }

  @Override
  public Object company() {
    return new Company(
        model, state.sample().getShape(), condition.latents().getShape(), control.isPresent());
  }

  /**
   * Denoising tasks of one model whose tensors are of one shape; with guidance a reference has
   * twice the rows, and a call costs twice as much.
   */
  private record Company(Zero123Plus model, Shape canvas, Shape reference, boolean controlled) {}

  @Override
  public List<StepOutcome> stepJointly(List<JointTask> tasks) {
    List<CanvasDenoiseTask> all = tasks.stream().map(CanvasDenoiseTask.class::cast).toList();
    try (NDManager step = scope.newSubManager()) {
      List<Asked> asked = all.stream().map(task -> task.asked(step)).toList();
      List<NDArray> outputs =
          model
              .unet()
              .predict(
                  step,
                  asked.stream().map(Asked::question).toList(),
                  asked.stream().map(Asked::reference).toList());
      List<SamplerState> after = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        after.add(all.get(i).answered(step, outputs.get(i)));
      }
      List<StepOutcome> outcomes = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        outcomes.add(all.get(i).commit(after.get(i)));
      }
      return outcomes;
    }
  }

  /** What the next call asks; the ControlNet is asked for this canvas alone. */
  private Asked asked(NDManager step) {
    return denoiser.asked(step, state, condition, control, noise);
  }

  private SamplerState answered(NDManager step, NDArray output) {
    return denoiser.answered(step, state, condition, noise, output);
  }

  /** Takes the state after a call over, if it is finite. */
  private StepOutcome commit(SamplerState after) {
    if (!TaskInputs.isFinite(after.sample())) {
      return StepOutcome.Failed.permanent(
          JobFailure.Code.NOT_FINITE,
          "latents at denoising step %d: not finite (expected: finite; fix: lower denoise.guidance)"
              .formatted(state.nextStep()));
    }
    SamplerState before = state;
    state = after.ownedBy(scope);
    Set<String> kept =
        state.tensors().values().stream().map(NDArray::getUid).collect(Collectors.toSet());
    before.tensors().values().stream()
        .filter(old -> !kept.contains(old.getUid()))
        .forEach(NDArray::close);
    return StepOutcome.Advanced.WITHOUT_LOSS;
  }

  @Override
  public byte[] snapshot() {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    writer.metadata("nextStep", Integer.toString(state.nextStep()));
    SamplerStates.write(state, writer);
    return writer.toBytes();
  }

  @Override
  public TaskResult result() {
    SafeTensorsWriter writer = new SafeTensorsWriter().add("latents", state.sample());
    return new TaskResult.Tensors(ModelUses.write(uses, writer).toBytes());
  }

  @Override
  public void close() {
    sampler.close();
    scope.close();
  }
}
