package dev.voxelmill.gpu.metrics;

import java.util.stream.DoubleStream;

/** The distances from each of two point sets to the nearest points of the other. */
public final class PointDistances {
  private final double[] fromA;
  private final double[] fromB;

  private PointDistances(double[] fromA, double[] fromB) {
    this.fromA = fromA;
    this.fromB = fromB;
  }

  /** Measures two non-empty sets, each (N, 3). */
  public static PointDistances between(double[] a, double[] b) {
    return new PointDistances(distances(a, new PointTree(b)), distances(b, new PointTree(a)));
  }

  /** Chamfer distance as this project reports it: the mean of the two one-way mean distances. */
  public double chamfer() {
    return (mean(fromA) + mean(fromB)) / 2;
  }

  /** Chamfer distance as the sum of the two one-way means of squared distances. */
  public double chamferSquaredSum() {
    return mean(DoubleStream.of(fromA).map(d -> d * d).toArray())
        + mean(DoubleStream.of(fromB).map(d -> d * d).toArray());
  }

  /** The largest distance from a point of one set to the other set. */
  public double hausdorff() {
    return DoubleStream.concat(DoubleStream.of(fromA), DoubleStream.of(fromB)).max().orElseThrow();
  }

  /**
   * The harmonic mean of the fractions of either set that lie nearer than a threshold; 0 for none.
   */
  public double fScore(double threshold) {
    double precision = fractionBelow(fromA, threshold);
    double recall = fractionBelow(fromB, threshold);
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  private static double[] distances(double[] from, PointTree to) {
    double[] distances = new double[from.length / 3];
    for (int i = 0; i < distances.length; i++) {
      distances[i] = to.distance(from[3 * i], from[3 * i + 1], from[3 * i + 2]);
    }
    return distances;
  }

  private static double mean(double[] distances) {
    double sum = 0;
    for (double distance : distances) {
      sum += distance;
    }
    return sum / distances.length;
  }

  private static double fractionBelow(double[] distances, double threshold) {
    return (double) DoubleStream.of(distances).filter(d -> d < threshold).count()
        / distances.length;
  }
}
