package dev.voxelmill.gpu.field;

import static java.util.Objects.requireNonNull;

/**
 * How a gradient becomes a step.
 *
 * @param kind Adam or Adamax (Kingma and Ba, 2015, algorithms 1 and 2)
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment or of the norm, in [0, 1)
 * @param epsilon keeps the divisor off 0, > 0
 */
public record OptimiserRule(Kind kind, double beta1, double beta2, double epsilon) {
  /** Which algorithm. */
  public enum Kind {
    ADAM,
    ADAMAX
  }

  /** PyTorch's Adamax with its default constants, what SJC and 3drec use. */
  public static final OptimiserRule ADAMAX = new OptimiserRule(Kind.ADAMAX, 0.9, 0.999, 1e-8);

  /** Adam with a short memory of the second moment, for runs of some hundred steps. */
  public static final OptimiserRule ADAM = new OptimiserRule(Kind.ADAM, 0.9, 0.99, 1e-8);

  public OptimiserRule {
    requireNonNull(kind, "kind");
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "betas: %s, %s (expected: both in [0, 1))".formatted(beta1, beta2));
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: > 0)");
    }
  }
}
