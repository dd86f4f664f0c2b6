package dev.voxelmill.gpu.projection;

/**
 * How a lifted field is fitted to its views.
 *
 * @param steps of the fit, >= 0
 * @param views imagined views shown per step beside the input view, >= 1
 * @param learningRate at the first step, > 0; it falls to a fifth over the run
 * @param variation weight of the grid's total variation, >= 0
 */
public record FitOptions(int steps, int views, double learningRate, double variation) {
  public FitOptions {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: >= 0; fix: project.fitSteps)");
    }
    if (views < 1) {
      throw new IllegalArgumentException("views: " + views + " (expected: >= 1)");
    }
    if (!(learningRate > 0) || !(variation >= 0)) {
      throw new IllegalArgumentException(
          "learningRate: %s, variation: %s (expected: > 0 and >= 0; fix: project.learningRate, project.tvWeight)"
              .formatted(learningRate, variation));
    }
  }
}
