package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123.Zero123Model.Answered;
import dev.voxelmill.gpu.zero123.Zero123Model.Condition;
import java.util.Optional;

/**
 * Denoises the views of one picture, a call of the network at a time. All that a later call needs
 * is the {@link SamplerState}; noise is a function of the seed and the call's number.
 */
public final class Zero123Views implements AutoCloseable {
  private static final NoiseStream START = NoiseStream.named("zero123/start");
  private static final NoiseStream FRESH = NoiseStream.named("zero123/fresh");

  private final Zero123Model model;
  private final Condition condition;
  private final SamplingPlan plan;
  private final double guidanceScale;
  private final SamplerKernel sampler;

  /**
   * @param condition of the picture and the poses; read only
   * @param guidanceScale s in u + s (c - u), finite
   */
  public Zero123Views(
      NDManager owner,
      Zero123Model model,
      Condition condition,
      SamplingPlan plan,
      double guidanceScale) {
    if (!Double.isFinite(guidanceScale)) {
      throw new IllegalArgumentException(
          "guidanceScale: " + guidanceScale + " (expected: a finite number)");
    }
    this.model = model;
    this.condition = condition;
    this.plan = plan;
    this.guidanceScale = guidanceScale;
    sampler = new SamplerKernel(owner);
  }

  /** Calls in all. */
  public int steps() {
    return plan.steps().size();
  }

  /** The state before the first call. */
  public SamplerState start(NDManager scope, long seed) {
    try (NDManager work = scope.newSubManager()) {
      return start(scope, normals(work, new Noise(seed), START, 0));
    }
  }

  /** The state before the first call, from given standard normals (B, 4, h, w). */
  public SamplerState start(NDManager scope, NDArray normals) {
    return sampler.start(scope, plan, normals);
  }

  /** The state after the next call. */
  public SamplerState step(NDManager scope, SamplerState state, long seed) {
    try (NDManager work = scope.newSubManager()) {
      Optional<NDArray> normals =
          plan.steps().get(state.nextStep()).drawsNoise()
              ? Optional.of(normals(work, new Noise(seed), FRESH, state.nextStep()))
              : Optional.empty();
      return step(work, state, normals).next().ownedBy(scope);
    }
  }

  /**
   * One call as it went.
   *
   * @param answered what the network saw and said
   * @param next the state after it
   * @param clean the clean latents as predicted, where the sampler predicts them
   */
  public record Step(Answered answered, SamplerState next, Optional<NDArray> clean) {}

  /** The next call, with given standard normals where it draws some. */
  public Step step(NDManager scope, SamplerState state, Optional<NDArray> normals) {
    NDArray input = sampler.input(scope, plan, state);
    double timestep = plan.steps().get(state.nextStep()).timestep();
    Answered answered = model.predict(scope, input, timestep, condition, guidanceScale);
    SamplerKernel.Advanced advanced =
        sampler.advance(scope, plan, state, answered.guided(), normals);
    return new Step(answered, advanced.state(), advanced.clean());
  }

  private NDArray normals(NDManager scope, Noise noise, NoiseStream stream, int step) {
    int count = Math.toIntExact(condition.latents().getShape().size());
    return scope.create(noise.normals(stream, step, count), condition.latents().getShape());
  }

  @Override
  public void close() {
    sampler.close();
  }
}
