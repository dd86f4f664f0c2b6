package dev.voxelmill.gpu.distill;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.protocols.plan.Parameters;

/**
 * How a field is distilled.
 *
 * @param steps of the run, >= 0
 * @param rule Adam or Adamax
 * @param rates how fast it learns
 * @param accumulation steps whose gradients make one update, >= 1
 * @param score what is asked of the denoiser
 * @param losses what else is asked of the field
 */
public record DistillOptions(
    int steps,
    OptimiserRule rule,
    LearningRates rates,
    int accumulation,
    ScoreOptions score,
    LossWeights losses) {

  public DistillOptions {
    requireNonNull(rule, "rule");
    requireNonNull(rates, "rates");
    requireNonNull(score, "score");
    requireNonNull(losses, "losses");
    if (steps < 0) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: >= 0; fix: distill.steps)");
    }
    if (accumulation < 1) {
      throw new IllegalArgumentException("accumulation: " + accumulation + " (expected: >= 1)");
    }
  }

  /** How noise levels follow one another. */
  public enum Levels {
    /** Drawn uniformly from the timesteps. */
    RANDOM,
    /** From the highest to the lowest over the run, evenly in their logarithm. */
    ANNEALED
  }

  /** How the denoiser's answer D becomes a gradient at the rendered picture y. */
  public enum Scaling {
    /** {@code -(D - y) / sigma}, summed over the picture, as SJC and 3drec do. */
    SIGMA,
    /** {@code -2 (D - y) / numel}: that of the mean squared error against D. */
    MEAN_SQUARE
  }

  /**
   * The question to the denoiser.
   *
   * @param views rendered per step, >= 1
   * @param noises per view, whose answers are averaged, >= 1
   * @param lowest timestep, in [0, 999]
   * @param highest timestep, in [lowest, 999]
   * @param levels in which order
   * @param varianceReduction whether the drawn noise is taken out of the gradient
   * @param scaling from answer to gradient
   */
  public record ScoreOptions(
      int views,
      int noises,
      int lowest,
      int highest,
      Levels levels,
      boolean varianceReduction,
      Scaling scaling) {
    public ScoreOptions {
      requireNonNull(levels, "levels");
      requireNonNull(scaling, "scaling");
      if (views < 1 || noises < 1) {
        throw new IllegalArgumentException(
            "views: %d, noises: %d (expected: both >= 1; fix: distill.batch)"
                .formatted(views, noises));
      }
      if (lowest < 0 || highest < lowest || highest >= SigmaTable.TICKS) {
        throw new IllegalArgumentException(
            "timesteps: %d to %d (expected: 0 <= tMin <= tMax <= 999; fix: distill.tMin, distill.tMax)"
                .formatted(lowest, highest));
      }
    }
  }

  /**
   * Weights of the regularisers; 0 leaves one out.
   *
   * @param input of the mean squared error against the input view
   * @param variation of the grid's total variation
   * @param emptiness of the rays' weights
   * @param centreDepth of the distance between centre and border of the depth
   * @param nearView of the agreement with a view from 0.05 beside
   * @param depthSmoothness of the depth's steps between pixels, a tenth of it at the input view
   * @param smoothFrom part of the run after which the depth of scored views is smoothed too
   */
  public record LossWeights(
      double input,
      double variation,
      Emptiness emptiness,
      double centreDepth,
      double nearView,
      double depthSmoothness,
      double smoothFrom) {
    public LossWeights {
      requireNonNull(emptiness, "emptiness");
      for (double weight :
          new double[] {input, variation, centreDepth, nearView, depthSmoothness, smoothFrom}) {
        if (!(weight >= 0)) {
          throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0)");
        }
      }
    }
  }

  /**
   * The recipe of the shipped 32-pixel prior with the parameters of a request, read by their names
   * {@code distill.*}. Ranges are checked when a request is accepted; what only makes sense
   * together is checked here.
   */
  public static DistillOptions from(Parameters parameters) {
    double emptiness = parameters.real("distill.emptinessWeight");
    return new DistillOptions(
        parameters.whole("distill.steps"),
        switch (parameters.text("distill.optimizer")) {
          case "adam" -> OptimiserRule.ADAM;
          case "adamax" -> OptimiserRule.ADAMAX;
          case String other -> throw unknown("distill.optimizer", other, "adam or adamax");
        },
        LearningRates.falling(parameters.real("distill.learningRate")),
        1,
        new ScoreOptions(
            parameters.whole("distill.batch"),
            1,
            parameters.whole("distill.tMin"),
            parameters.whole("distill.tMax"),
            switch (parameters.text("distill.sigma")) {
              case "random" -> Levels.RANDOM;
              case "annealed" -> Levels.ANNEALED;
              case String other -> throw unknown("distill.sigma", other, "random or annealed");
            },
            parameters.flag("distill.varianceReduction"),
            Scaling.MEAN_SQUARE),
        new LossWeights(
            parameters.real("distill.inputWeight"),
            parameters.real("distill.tvWeight"),
            new Emptiness(Emptiness.Form.SJC, emptiness, 10, 0.5, 20),
            parameters.real("distill.centreDepthWeight"),
            parameters.real("distill.nearViewWeight"),
            parameters.real("distill.depthSmoothWeight"),
            0.5));
  }

  private static IllegalArgumentException unknown(String name, String value, String expected) {
    return new IllegalArgumentException("%s: '%s' (expected: %s)".formatted(name, value, expected));
  }

  /** SJC's own recipe for text (run_sjc.py): one view, Adamax, emptiness in two stages. */
  public static DistillOptions sjc(int steps) {
    return new DistillOptions(
        steps,
        OptimiserRule.ADAMAX,
        LearningRates.constant(0.05),
        1,
        reference(),
        new LossWeights(0, 0, new Emptiness(Emptiness.Form.SJC, 1e4, 10, 0.5, 20), 0, 0, 0, 0.5));
  }

  /** Zero-1-to-3's recipe for one picture (3drec/run_zero123.py, weights of its README). */
  public static DistillOptions threeDRec(int steps) {
    return new DistillOptions(
        steps,
        OptimiserRule.ADAMAX,
        LearningRates.constant(0.05),
        1,
        reference(),
        new LossWeights(
            1e4, 0, new Emptiness(Emptiness.Form.THREE_D_REC, 0, 10, 0.5, 20), 0, 1e4, 1e4, 0.5));
  }

  /** That recipe with the parameters of a request, read by their names {@code distill.*}. */
  public static DistillOptions threeDRec(Parameters parameters) {
    return new DistillOptions(
        parameters.whole("distill.steps"),
        OptimiserRule.ADAMAX,
        LearningRates.constant(parameters.real("distill.learningRate")),
        1,
        new ScoreOptions(
            parameters.whole("distill.batch"),
            1,
            parameters.whole("distill.tMin"),
            parameters.whole("distill.tMax"),
            Levels.RANDOM,
            parameters.flag("distill.varianceReduction"),
            Scaling.SIGMA),
        new LossWeights(
            parameters.real("distill.inputWeight"),
            0,
            new Emptiness(
                Emptiness.Form.THREE_D_REC,
                parameters.real("distill.emptinessWeight"),
                10,
                0.5,
                20),
            0,
            parameters.real("distill.nearViewWeight"),
            parameters.real("distill.depthSmoothWeight"),
            0.5));
  }

  private static ScoreOptions reference() {
    return new ScoreOptions(1, 1, 10, 969, Levels.RANDOM, true, Scaling.SIGMA);
  }
}
