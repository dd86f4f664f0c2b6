package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import java.util.List;
import java.util.Optional;

/**
 * A whole run of a sampler, call by call.
 *
 * @param method the library's name of it, such as {@code DDIMScheduler}
 * @param schedule signal left at each timestep of the network's training
 * @param initialScale what standard normals are multiplied with to become the first sample
 * @param sigmas noise levels of the variance-exploding view, as far as the method has a table of
 *     them: one per call and what follows the last call
 * @param steps one per call of the network
 */
public record SamplingPlan(
    String method,
    NoiseSchedule schedule,
    double initialScale,
    List<Double> sigmas,
    List<SamplingStep> steps) {
  public SamplingPlan {
    sigmas = List.copyOf(sigmas);
    steps = List.copyOf(steps);
  }

  /** The first call at which a weight is not a number, if any. */
  Optional<Integer> firstUndefined() {
    for (int i = 0; i < steps.size(); i++) {
      if (!steps.get(i).assignments().stream()
          .map(Assignment::sum)
          .allMatch(Combination::isFinite)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
