package dev.voxelmill.gpu.bench;

import java.util.List;

/** The middle of what was measured, which a busy machine's outliers do not move. */
final class Medians {
  private Medians() {}

  /** The median, of an even number the upper of the two in the middle. */
  static double of(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
  }
}
