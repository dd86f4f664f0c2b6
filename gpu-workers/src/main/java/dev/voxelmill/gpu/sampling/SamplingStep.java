package dev.voxelmill.gpu.sampling;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What happens round one call of the network.
 *
 * @param timestep what the network is told, in the units of its training; may have a fraction
 * @param inputScale factor of the sample on its way into the network
 * @param noising how clean tensors are brought to the noise level of this call
 * @param drawsNoise whether fresh standard normals are needed
 * @param assignments carried out in this order on the tensors of the state, {@code output} and, if
 *     drawn, {@code noise}
 * @param kept what the next state remembers: its name there, and which tensor it is now
 */
public record SamplingStep(
    double timestep,
    double inputScale,
    Noising noising,
    boolean drawsNoise,
    List<Assignment> assignments,
    Map<String, String> kept) {
  public SamplingStep {
    assignments = List.copyOf(assignments);
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
  }

  /**
   * A tensor is made or replaced.
   *
   * @param limit where given, values are clipped to that magnitude
   */
  public record Assignment(String name, Combination sum, OptionalDouble limit) {
    static Assignment of(String name, Combination sum) {
      return new Assignment(name, sum, OptionalDouble.empty());
    }
  }

  /**
   * Noisy = signal * clean + noise * n, with n standard normals.
   *
   * @param signal weight of the clean tensor: 1 in the variance-exploding view
   * @param noise weight of the normals
   */
  public record Noising(double signal, double noise) {
    static Noising exploding(double sigma) {
      return new Noising(1, sigma);
    }
  }
}
