package dev.voxelmill.gpu.field;

/**
 * How fast each part of a field learns.
 *
 * @param base of the grid at step 0, > 0
 * @param constantPart part of the run in [0, 1] over which the base is kept; then it falls linearly
 * @param finalShare what is left of the base at the end, in [0, 1]
 * @param texture constant rate of the background texture, >= 0
 * @param gain whether the density gain learns too, at the grid's rate
 */
public record LearningRates(
    double base, double constantPart, double finalShare, double texture, boolean gain) {

  public LearningRates {
    if (!(base > 0)) {
      throw new IllegalArgumentException(
          "learningRate: " + base + " (expected: > 0; fix: distill.learningRate)");
    }
    if (!(constantPart >= 0 && constantPart <= 1) || !(finalShare >= 0 && finalShare <= 1)) {
      throw new IllegalArgumentException(
          "decay: from %s to %s (expected: both in [0, 1])".formatted(constantPart, finalShare));
    }
  }

  /** A rate that never changes, with SJC's slow texture and a learning gain. */
  public static LearningRates constant(double base) {
    return new LearningRates(base, 1, 1, 1e-4, true);
  }

  /** A rate that is kept for 60 % of the run and falls to a fifth of itself by its end. */
  public static LearningRates falling(double base) {
    return new LearningRates(base, 0.6, 0.2, 0, false);
  }

  /** The grid's rate at a step of a run of {@code steps}. */
  public double at(int step, int steps) {
    double done = (double) step / steps;
    if (done < constantPart || constantPart >= 1) {
      return base;
    }
    return base * (1 - (1 - finalShare) * (done - constantPart) / (1 - constantPart));
  }
}
