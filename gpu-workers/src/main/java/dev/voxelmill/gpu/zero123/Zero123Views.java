package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.gpu.sampling.SamplerKernel;
import dev.voxelmill.gpu.sampling.SamplerState;
import dev.voxelmill.gpu.sampling.SamplingPlan;
import dev.voxelmill.gpu.zero123.GuidedNetwork.Answered;
import dev.voxelmill.gpu.zero123.GuidedNetwork.Asked;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import java.util.Optional;

/**
 * Denoises the views of one picture, a call of the network at a time. All that a later call needs
 * is the {@link SamplerState}; noise is a function of the seed and the call's number.
 */
public final class Zero123Views implements AutoCloseable {
  private static final String START = "start";
  private static final String FRESH = "fresh";

  private final GuidedNetwork network;
  private final Condition condition;
  private final SamplingPlan plan;
  private final double guidanceScale;
  private final int first;
  private final SamplerKernel sampler;

  /**
   * @param condition of the picture and the poses; read only
   * @param guidanceScale s in u + s (c - u), finite
   * @param first number of the first of these views among all views of the picture: noise belongs
   *     to a view, whatever others are denoised beside it
   */
  public Zero123Views(
      NDManager owner,
      GuidedNetwork network,
      Condition condition,
      SamplingPlan plan,
      double guidanceScale,
      int first) {
    if (!Double.isFinite(guidanceScale)) {
      throw new IllegalArgumentException(
          "guidanceScale: " + guidanceScale + " (expected: a finite number)");
    }
    this.network = network;
    this.condition = condition;
    this.plan = plan;
    this.guidanceScale = guidanceScale;
    this.first = first;
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
    return step(scope, state, seed, 1);
  }

  /**
   * The state after the next step, each view as in one call up to rounding.
   *
   * @param calls of the network among which the views are shared out, from 1
   */
  public SamplerState step(NDManager scope, SamplerState state, long seed, int calls) {
    try (NDManager work = scope.newSubManager()) {
      NDArray guided = network.predict(work, asked(work, state), calls);
      return answered(scope, state, guided, seed);
    }
  }

  /** What the next call asks the network. */
  public Asked asked(NDManager scope, SamplerState state) {
    return new Asked(
        sampler.input(scope, plan, state),
        plan.steps().get(state.nextStep()).timestep(),
        condition,
        guidanceScale);
  }

  /** The state after a call to which the network has answered so. */
  public SamplerState answered(NDManager scope, SamplerState state, NDArray guided, long seed) {
    try (NDManager work = scope.newSubManager()) {
      return sampler
          .advance(work, plan, state, guided, fresh(work, state, seed))
          .state()
          .ownedBy(scope);
    }
  }

  private Optional<NDArray> fresh(NDManager scope, SamplerState state, long seed) {
    return plan.steps().get(state.nextStep()).drawsNoise()
        ? Optional.of(normals(scope, new Noise(seed), FRESH, state.nextStep()))
        : Optional.empty();
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
    Answered answered = network.predict(scope, input, timestep, condition, guidanceScale);
    SamplerKernel.Advanced advanced =
        sampler.advance(scope, plan, state, answered.guided(), normals);
    return new Step(answered, advanced.state(), advanced.clean());
  }

  private NDArray normals(NDManager scope, Noise noise, String use, int step) {
    Shape shape = condition.latents().getShape();
    int views = Math.toIntExact(shape.get(0));
    int each = Math.toIntExact(shape.size()) / views;
    float[] all = new float[views * each];
    for (int view = 0; view < views; view++) {
      NoiseStream stream = NoiseStream.named("zero123/%s/%d".formatted(use, first + view));
      System.arraycopy(noise.normals(stream, step, each), 0, all, view * each, each);
    }
    return scope.create(all, shape);
  }

  @Override
  public void close() {
    sampler.close();
  }
}
