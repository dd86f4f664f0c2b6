package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.SAMPLE;
import static dev.voxelmill.gpu.sampling.Names.ago;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.sampling.MultistepLevels.Level;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Predictor and corrector of one order (Zhao et al., "UniPC", 2023, algorithms 5 to 8), as {@code
 * UniPCMultistepScheduler}.
 *
 * <p>Notation: lambda is {@link Level#lambda}; h the step in it; hh = -h when the clean sample is
 * integrated and h when the noise is; B the function that the paper calls B(h), either hh or
 * expm1(hh); r_k the distance of the k-th older answer in units of h; m_k that answer; rho the
 * weights of the differences (m_k - m_0) / r_k.
 */
final class UniPc {
  /** What is integrated: the clean sample, or the noise. */
  private static final String PREDICTION = "prediction";

  /** The corrected sample that the last predictor started from. */
  private static final String BASE = "base";

  private static final int MOST_ORDER = 8;
  private static final Map<String, Boolean> EXPONENTIAL =
      Map.of("bh1", false, "bh2", true, "midpoint", true, "heun", true, "logrho", true);

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final MultistepLevels levels;
  private final int order;
  private final boolean predictsClean;
  private final boolean exponential;
  private final boolean lowerOrderFinal;
  private final Set<Integer> uncorrected;

  private UniPc(SchedulerConfig config, LibraryVersion version, int steps) {
    config.refuse("thresholding", "false: dynamic thresholding is for models of pixels");
    config.refuse("solver_p", "absent: the predictor is UniPC's own");
    Training training =
        Training.of(
            config,
            "linspace",
            Training.ANY,
            version == LibraryVersion.V0_30_3
                ? Training.ZeroTerminal.TINY
                : Training.ZeroTerminal.IGNORED);
    schedule = training.schedule();
    prediction = training.prediction();
    levels = MultistepLevels.of(config, version, training, steps, false);
    order = config.whole("solver_order", 2, 1, MOST_ORDER);
    predictsClean = config.flag("predict_x0", true);
    exponential = config.choice("solver_type", "bh2", EXPONENTIAL);
    lowerOrderFinal = config.flag("lower_order_final", true);
    uncorrected = uncorrected(config);
  }

  static SamplingPlan plan(SchedulerConfig config, LibraryVersion version, int steps) {
    UniPc solver = new UniPc(config, version, steps);
    List<SamplingStep> plan = new ArrayList<>();
    for (int i = 0; i < solver.levels.steps(); i++) {
      plan.add(solver.step(i));
    }
    return new SamplingPlan(
        "UniPCMultistepScheduler", solver.schedule, 1, solver.levels.sigmas(), plan);
  }

  private static Set<Integer> uncorrected(SchedulerConfig config) {
    Set<Integer> steps = new HashSet<>();
    if (config.has("disable_corrector")) {
      for (JsonNode step : config.values().get("disable_corrector")) {
        if (!step.isIntegralNumber()) {
          throw config.wrong("disable_corrector", "a list of steps");
        }
        steps.add(step.intValue());
      }
    }
    return steps;
  }

  private SamplingStep step(int i) {
    Level level = levels.levels().get(i);
    List<Assignment> assignments = new ArrayList<>();
    assignments.add(
        Assignment.of(
            PREDICTION,
            predictsClean
                ? prediction.clean(level.alpha(), level.sigma())
                : prediction.noise(level.alpha(), level.sigma())));
    if (i > 0 && !uncorrected.contains(i - 1)) {
      assignments.add(Assignment.of(SAMPLE, move(i - 1, orderOf(i - 1), BASE, 1)));
    }
    assignments.add(Assignment.of(BASE, Combination.of(SAMPLE)));
    assignments.add(Assignment.of(SAMPLE, move(i, orderOf(i), BASE, 0)));
    Map<String, String> kept = new LinkedHashMap<>();
    for (int calls = 0; calls < Math.min(order, i + 1); calls++) {
      kept.put(ago(PREDICTION, calls + 1), ago(PREDICTION, calls));
    }
    kept.put(BASE, BASE);
    return new SamplingStep(
        levels.timesteps().get(i),
        1,
        new Noising(level.alpha(), level.sigma()),
        false,
        assignments,
        kept);
  }

  /** The order ramps up from 1 and, if so configured, down to 1 again. */
  private int orderOf(int i) {
    int wanted = lowerOrderFinal ? Math.min(order, levels.steps() - i) : order;
    return Math.min(wanted, i + 1);
  }

  /**
   * The sample one level further.
   *
   * @param from index of the level that is left
   * @param p order
   * @param base the sample at that level
   * @param late 0 for the predictor; 1 for the corrector, which runs a call later and knows the
   *     answer at the level that is reached
   */
  private Combination move(int from, int p, String base, int late) {
    Level left = levels.levels().get(from);
    Level reached = levels.levels().get(from + 1);
    double h = reached.lambda() - left.lambda();
    if (h == 0) {
      return Combination.of(base);
    }
    double hh = predictsClean ? -h : h;
    double phi = Math.expm1(hh);
    double b = exponential ? phi : hh;
    double[] r = new double[p];
    for (int k = 1; k < p; k++) {
      r[k - 1] = (levels.levels().get(from - k).lambda() - left.lambda()) / h;
    }
    r[p - 1] = 1;
    double[] rho = late == 0 ? PhiWeights.predictor(r, hh, b) : PhiWeights.corrector(r, hh, b);
    String newest = ago(PREDICTION, late);
    Combination differences = Combination.zero();
    for (int k = 0; k < rho.length; k++) {
      String other = ago(PREDICTION, k == p - 1 ? 0 : k + 1 + late);
      Combination difference = Combination.of(other).plus(-1, newest);
      differences = differences.plus(difference.times(rho[k] / r[k]));
    }
    double weight = predictsClean ? reached.alpha() : reached.sigma();
    double carried =
        predictsClean ? reached.sigma() / left.sigma() : reached.alpha() / left.alpha();
    return Combination.of(base)
        .times(carried)
        .plus(-weight * phi, newest)
        .minus(differences.times(weight * b));
  }
}
