package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.CLEAN;
import static dev.voxelmill.gpu.sampling.Names.NOISE;
import static dev.voxelmill.gpu.sampling.Names.OUTPUT;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out any plan, step by step, in float32.
 *
 * <p>Results belong to the scope of the call. A state is never changed: its tensors are read only,
 * and the next state shares those that it keeps, so scopes of a state must not close before those
 * of the next one, or its tensors be handed over first.
 */
public final class SamplerKernel implements AutoCloseable {
  private final Kernel kernel;

  public SamplerKernel(NDManager owner) {
    kernel =
        Kernel.compile(
            owner, KernelSource.resource(SamplerKernel.class, "sampler.torchscript", "Sampler"));
  }

  /**
   * A state and what was seen on the way to it.
   *
   * @param clean the clean sample as predicted at this call, where the method predicts one
   */
  public record Advanced(SamplerState state, Optional<NDArray> clean) {}

  /**
   * The state before the first call.
   *
   * @param normals standard normals of the sample's shape
   */
  public SamplerState start(NDManager scope, SamplingPlan plan, NDArray normals) {
    NDArray sample = scaled(scope, normals, plan.initialScale());
    return new SamplerState(0, Map.of(SAMPLE, sample));
  }

  /** The sample as the network wants to see it at the state's next call. */
  public NDArray input(NDManager scope, SamplingPlan plan, SamplerState state) {
    return scaled(scope, state.sample(), step(plan, state).inputScale());
  }

  /** Clean tensors, such as a reference picture's, brought to the noise level of a step. */
  public NDArray noised(NDManager scope, Noising noising, NDArray clean, NDArray normals) {
    return sum(
        scope,
        Combination.of("clean").times(noising.signal()).plus(noising.noise(), NOISE),
        Map.of("clean", clean, NOISE, normals));
  }

  /**
   * The state after a call.
   *
   * @param output what the network answered
   * @param normals fresh standard normals; needed if the step draws noise, else ignored
   */
  public Advanced advance(
      NDManager scope,
      SamplingPlan plan,
      SamplerState state,
      NDArray output,
      Optional<NDArray> normals) {
    SamplingStep step = step(plan, state);
    Map<String, NDArray> tensors = new LinkedHashMap<>(state.tensors());
    tensors.put(OUTPUT, output);
    if (step.drawsNoise()) {
      tensors.put(
          NOISE,
          normals.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "normals: absent (expected: a tensor, as "
                          + plan.method()
                          + " draws noise at step "
                          + state.nextStep()
                          + ")")));
    }
    for (Assignment assignment : step.assignments()) {
      tensors.put(assignment.name(), carriedOut(scope, assignment, tensors));
    }
    Map<String, NDArray> next = new LinkedHashMap<>();
    next.put(SAMPLE, tensors.get(SAMPLE));
    step.kept().forEach((name, from) -> next.put(name, tensors.get(from)));
    return new Advanced(
        new SamplerState(state.nextStep() + 1, next), Optional.ofNullable(tensors.get(CLEAN)));
  }

  private static SamplingStep step(SamplingPlan plan, SamplerState state) {
    if (state.nextStep() >= plan.steps().size()) {
      throw new IllegalStateException(
          "nextStep: " + state.nextStep() + " (expected: below " + plan.steps().size() + ")");
    }
    return plan.steps().get(state.nextStep());
  }

  private NDArray carriedOut(NDManager scope, Assignment assignment, Map<String, NDArray> tensors) {
    if (assignment.limit().isEmpty()) {
      return sum(scope, assignment.sum(), tensors);
    }
    try (NDManager work = scope.newSubManager()) {
      NDArray sum = sum(work, assignment.sum(), tensors);
      double limit = assignment.limit().getAsDouble();
      return kernel.callOne(scope, "clip", List.of(Argument.of(sum), Argument.of(limit)));
    }
  }

  private NDArray scaled(NDManager scope, NDArray tensor, double factor) {
    return sum(scope, Combination.of(SAMPLE).times(factor), Map.of(SAMPLE, tensor));
  }

  private NDArray sum(NDManager scope, Combination sum, Map<String, NDArray> tensors) {
    List<NDArray> terms = sum.weights().keySet().stream().map(tensors::get).toList();
    double[] weights = sum.weights().values().stream().mapToDouble(Double::doubleValue).toArray();
    try (NDManager work = scope.newSubManager()) {
      return kernel.callOne(
          scope, "sum", List.of(Argument.of(terms), Argument.of(work.create(weights))));
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
