package dev.voxelmill.gpu.train;

import dev.voxelmill.gpu.nn.PriorConfig;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.util.List;

/**
 * What a training run does, apart from where and when.
 *
 * @param network sizes of the network
 * @param seed of the initial weights and of every batch
 * @param steps optimiser steps in all; the learning rate's decay ends there
 * @param objects different toys in a batch, each encoded once
 * @param views target views per toy
 * @param rate highest learning rate
 * @param families what is drawn, in order; the first takes twice the share of each other
 * @param half whether convolutions compute in bfloat16
 */
public record TrainingPlan(
    PriorConfig network,
    long seed,
    int steps,
    int objects,
    int views,
    double rate,
    List<ToyFamily> families,
    boolean half) {
  /** The families of the shipped prior; cars, the first, count double. */
  public static final List<ToyFamily> FAMILIES =
      List.of(ToyFamily.CAR, ToyFamily.ANIMAL, ToyFamily.DUCK, ToyFamily.ROCKET);

  private static final int WARM_UP_STEPS = 200;
  private static final double DECAY_FROM = 0.7;
  private static final double LOWEST_SHARE = 0.02;
  private static final double SLOWEST_AVERAGE = 0.9995;

  public TrainingPlan {
    families = List.copyOf(families);
    if (steps < 1 || objects < 1 || views < 1 || families.isEmpty()) {
      throw new IllegalArgumentException(
          "steps, objects, views, families: %d, %d, %d, %s (expected: each >= 1)"
              .formatted(steps, objects, views, families));
    }
  }

  /** The recipe of the shipped prior: batches of 12 toys with 3 target views each. */
  public static TrainingPlan standard(PriorConfig network, long seed, int steps, boolean half) {
    return new TrainingPlan(network, seed, steps, 12, 3, 2e-3, FAMILIES, half);
  }

  /** Target views in one batch. */
  int rows() {
    return objects * views;
  }

  /**
   * Learning rate of a step counted from 0: warm-up, constant, then linear to a fiftieth over the
   * last 30 %.
   */
  double rateAt(int step) {
    double done = (double) step / steps;
    double warm = Math.min(1, (step + 1.0) / WARM_UP_STEPS);
    double decayed = done < DECAY_FROM ? 1 : Math.max(LOWEST_SHARE, (1 - done) / (1 - DECAY_FROM));
    return rate * warm * decayed;
  }

  /** Weight of the new values in the running average at a step counted from 0. */
  double freshAt(int step) {
    return 1 - Math.min(SLOWEST_AVERAGE, (step + 2.0) / (step + 21.0));
  }

  /** The family that a uniform number in [0, 1) picks. */
  ToyFamily familyAt(double uniform) {
    int share = (int) (uniform * (families.size() + 1));
    return families.get(Math.max(0, share - 1));
  }
}
