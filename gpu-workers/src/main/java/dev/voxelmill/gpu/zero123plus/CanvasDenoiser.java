package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.nn.diffusers.ControlNet;
import dev.voxelmill.gpu.nn.diffusers.UNet;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.sampling.SamplingStep;
import java.util.List;
import java.util.Optional;

/**
 * Denoises a canvas, call by call of the UNet. At each call the reference is noised afresh to the
 * level of the canvas, a pass over it writes what enters every self-attention, and the pass over
 * the canvas reads that as further keys and values.
 */
public final class CanvasDenoiser {
  private final UNet unet;
  private final SamplerKernel sampler;
  private final SamplingPlan plan;
  private final double guidanceScale;

  /**
   * @param unet printed with reference attention
   * @param guidanceScale s of u + s (c - u); 1 asks the UNet once
   */
  public CanvasDenoiser(UNet unet, SamplerKernel sampler, SamplingPlan plan, double guidanceScale) {
    if (!(guidanceScale >= 1) || Double.isInfinite(guidanceScale)) {
      throw new IllegalArgumentException(
          "guidanceScale: " + guidanceScale + " (expected: finite, >= 1)");
    }
    this.unet = unet;
    this.sampler = sampler;
    this.plan = plan;
    this.guidanceScale = guidanceScale;
  }

  /**
   * A picture that controls the canvas.
   *
   * @param hint (1, 3, H, W) in -1..1, as large as the canvas
   * @param scale of what it adds
   */
  public record Control(ControlNet network, NDArray hint, double scale) {}

  /**
   * One call and what was made in it.
   *
   * @param input what the UNet was given, (G, 4, h, w)
   * @param reference what it was given as reference, noised
   * @param residuals of the control, or none
   * @param output what it answered, before guidance
   * @param next the state after the call
   */
  public record Call(
      NDArray input,
      NDArray reference,
      List<NDArray> residuals,
      NDArray output,
      SamplerState next) {}

  /** The state before the first call, of a canvas with latents of that shape. */
  public SamplerState start(NDManager scope, CanvasNoise noise, Shape shape) {
    return sampler.start(scope, plan, noise.draw(scope, CanvasNoise.Use.INITIAL, 0, shape));
  }

  public boolean isDone(SamplerState state) {
    return state.nextStep() == plan.steps().size();
  }

  /**
   * What a call asks the UNet.
   *
   * @param question about the canvas, with the residuals of the control if there is one
   * @param reference (G, 4, h, w), noised to the level of the canvas
   */
  public record Asked(UNet.Question question, NDArray reference) {}

  /** Makes the state's next call. */
  public Call advance(
      NDManager scope,
      SamplerState state,
      CanvasCondition condition,
      Optional<Control> control,
      CanvasNoise noise) {
    Asked asked = asked(scope, state, condition, control, noise);
    NDArray output = unet.predict(scope, asked.question(), asked.reference(), 0);
    return new Call(
        asked.question().sample(),
        asked.reference(),
        asked.question().residuals(),
        output,
        answered(scope, state, condition, noise, output));
  }

  /** What the state's next call asks the UNet. */
  public Asked asked(
      NDManager scope,
      SamplerState state,
      CanvasCondition condition,
      Optional<Control> control,
      CanvasNoise noise) {
    if (condition.guided() != guidanceScale > 1) {
      throw new IllegalArgumentException(
          "condition: %s a negative (expected: one exactly if guidanceScale %s > 1)"
              .formatted(condition.guided() ? "with" : "without", guidanceScale));
    }
    int call = state.nextStep();
    SamplingStep step = plan.steps().get(call);
    NDArray scaled = sampler.input(scope, plan, state);
    NDArray input =
        condition.guided() ? NDArrays.concat(new NDList(scaled, scaled)) : scaled.duplicate();
    NDArray normals =
        noise.draw(scope, CanvasNoise.Use.REFERENCE, call, condition.latents().getShape());
    NDArray reference =
        sampler
            .noised(scope, step.noising(), condition.latents(), normals)
            .mul((float) step.inputScale());
    NDArray timestep = scope.create((float) step.timestep());
    UNet.Question question = UNet.Question.of(input, timestep, condition.tokens());
    List<NDArray> residuals =
        control
            .map(c -> c.network().residuals(scope, question, c.hint(), c.scale()))
            .orElse(List.of());
    return new Asked(question.withResiduals(residuals), reference);
  }

  /**
   * The state after a call to which the UNet has answered so.
   *
   * @param output (G, 4, h, w), before guidance
   */
  public SamplerState answered(
      NDManager scope,
      SamplerState state,
      CanvasCondition condition,
      CanvasNoise noise,
      NDArray output) {
    Optional<NDArray> fresh =
        plan.steps().get(state.nextStep()).drawsNoise()
            ? Optional.of(
                noise.draw(
                    scope, CanvasNoise.Use.STEP, state.nextStep(), state.sample().getShape()))
            : Optional.empty();
    return sampler.advance(scope, plan, state, guided(output, condition), fresh).state();
  }

  private NDArray guided(NDArray output, CanvasCondition condition) {
    if (!condition.guided()) {
      return output;
    }
    NDArray negative = output.get("0:1");
    return negative.add(output.get("1:2").sub(negative).mul((float) guidanceScale));
  }
}
