package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.OUTPUT;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;

/** What a network was trained to answer: the noise n, the velocity v or the clean sample x0. */
enum Prediction {
  EPSILON,
  V_PREDICTION,
  SAMPLE_PREDICTION;

  /**
   * The clean sample, where sample = alpha x0 + sigma n (Salimans and Ho, "Progressive
   * Distillation", 2022, appendix D, for v).
   */
  Combination clean(double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> Combination.of(SAMPLE).plus(-sigma, OUTPUT).times(1 / alpha);
      case V_PREDICTION -> Combination.of(SAMPLE).times(alpha).plus(-sigma, OUTPUT);
      case SAMPLE_PREDICTION -> Combination.of(OUTPUT);
    };
  }

  /** The noise, where sample = alpha x0 + sigma n. */
  Combination noise(double alpha, double sigma) {
    return switch (this) {
      case EPSILON -> Combination.of(OUTPUT);
      case V_PREDICTION -> Combination.of(OUTPUT).times(alpha).plus(sigma, SAMPLE);
      case SAMPLE_PREDICTION -> Combination.of(SAMPLE).plus(-alpha, OUTPUT).times(1 / sigma);
    };
  }

  /** The clean sample, where sample = x0 + sigma n and the network saw it scaled. */
  Combination cleanExploding(double sigma) {
    double variance = sigma * sigma + 1;
    return switch (this) {
      case EPSILON -> Combination.of(SAMPLE).plus(-sigma, OUTPUT);
      case V_PREDICTION ->
          Combination.of(OUTPUT).times(-sigma / Math.sqrt(variance)).plus(1 / variance, SAMPLE);
      case SAMPLE_PREDICTION -> Combination.of(OUTPUT);
    };
  }
}
