package dev.voxelmill.gpu.metrics;

import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.Arrays;

/**
 * Percentile intervals for means, by resampling.
 *
 * <p>Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
 */
public final class Bootstrap {
  private static final NoiseStream STREAM = NoiseStream.named("metrics/bootstrap");
  private static final int RESAMPLES = 10_000;
  private static final double TAIL = 0.025;

  private Bootstrap() {}

  /** A mean and the ends of its 95 % interval. */
  public record Interval(double mean, double low, double high) {}

  /** The mean of independent values with its 95 % interval. */
  public static Interval mean95(double[] values, long seed) {
    if (values.length == 0) {
      throw new IllegalArgumentException("values: none (expected: at least one)");
    }
    Noise noise = new Noise(seed);
    double[] means = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[(int) (noise.uniform(STREAM, resample, i) * values.length)];
      }
      means[resample] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(mean(values), quantile(means, TAIL), quantile(means, 1 - TAIL));
  }

  /** The mean of {@code a[i] - b[i]} with its 95 % interval: what changed on the same objects. */
  public static Interval pairedDifference95(double[] a, double[] b, long seed) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "pairs: " + a.length + " and " + b.length + " values (expected: equal)");
    }
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = a[i] - b[i];
    }
    return mean95(differences, seed);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Linear interpolation between order statistics. */
  private static double quantile(double[] sorted, double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
