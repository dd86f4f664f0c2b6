package dev.voxelmill.gpu.distill;

import static java.util.Objects.requireNonNull;

/**
 * The loss on a ray's weights that empties a scene of haze, or thickens what is there.
 *
 * @param form which formula
 * @param weight of the loss at step 0, >= 0; 0 leaves it out
 * @param scale inside the logarithm, > 0
 * @param lateFrom SJC: from this part of the run on the weight is multiplied
 * @param multiplier SJC: by this, at once; 3drec: one is added to this many times the part done
 */
public record Emptiness(
    Form form, double weight, double scale, double lateFrom, double multiplier) {
  /** No emptiness loss. */
  public static final Emptiness NONE = new Emptiness(Form.SJC, 0, 10, 0.5, 20);

  /** Which program's formula. */
  public enum Form {
    /** {@code mean log(1 + scale w)}: weights are pushed to 0. */
    SJC,
    /** {@code mean -w/2 log(1 + scale w)}: large weights are rewarded. */
    THREE_D_REC
  }

  public Emptiness {
    requireNonNull(form, "form");
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("emptiness weight: " + weight + " (expected: >= 0)");
    }
    if (!(scale > 0)) {
      throw new IllegalArgumentException("emptiness scale: " + scale + " (expected: > 0)");
    }
  }

  /** The weight at a step of a run of {@code steps}. */
  public double weightAt(int step, int steps) {
    return switch (form) {
      case SJC -> step >= lateFrom * steps ? weight * multiplier : weight;
      case THREE_D_REC -> weight * (1 + multiplier * step / steps);
    };
  }
}
