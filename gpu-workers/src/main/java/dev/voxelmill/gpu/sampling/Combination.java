package dev.voxelmill.gpu.sampling;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A weighted sum of named tensors, in the order in which it is added up.
 *
 * @param weights weight of each tensor
 */
public record Combination(Map<String, Double> weights) {
  public Combination {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /** One tensor, as it is. */
  static Combination of(String name) {
    return new Combination(Map.of(name, 1.0));
  }

  /** Nothing, to which more is added. */
  static Combination zero() {
    return new Combination(Map.of());
  }

  /** The sum of both. */
  Combination plus(Combination other) {
    Map<String, Double> sum = new LinkedHashMap<>(weights);
    other.weights.forEach((name, weight) -> sum.merge(name, weight, Double::sum));
    return new Combination(sum);
  }

  /** This and a tensor times its weight. */
  Combination plus(double weight, String name) {
    return plus(of(name).times(weight));
  }

  /** The difference. */
  Combination minus(Combination other) {
    return plus(other.times(-1));
  }

  /** Every weight times a factor. */
  Combination times(double factor) {
    Map<String, Double> scaled = new LinkedHashMap<>();
    weights.forEach((name, weight) -> scaled.put(name, weight * factor));
    return new Combination(scaled);
  }

  boolean isFinite() {
    return weights.values().stream().allMatch(Double::isFinite);
  }
}
