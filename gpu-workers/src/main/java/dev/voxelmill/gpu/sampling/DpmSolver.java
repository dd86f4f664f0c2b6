package dev.voxelmill.gpu.sampling;

import static dev.voxelmill.gpu.sampling.Names.NOISE;
import static dev.voxelmill.gpu.sampling.Names.SAMPLE;
import static dev.voxelmill.gpu.sampling.Names.ago;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import dev.voxelmill.gpu.sampling.MultistepLevels.Level;
import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import dev.voxelmill.gpu.sampling.SamplingStep.Noising;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Multistep DPM-Solver and DPM-Solver++ of orders 1 to 3, and their stochastic variants (Lu et al.,
 * "DPM-Solver", 2022, and "DPM-Solver++", 2022, appendix B), as {@code
 * DPMSolverMultistepScheduler}.
 *
 * <p>Notation as in {@link UniPc}: h the step in lambda, m_k the k-th older answer, D_1 and D_2 the
 * divided differences of the answers in lambda.
 */
final class DpmSolver {
  private static final String PREDICTION = "prediction";
  private static final int FEW_STEPS = 15;
  private static final int MOST_ORDER = 3;
  private static final Map<String, Algorithm> ALGORITHMS =
      Map.of(
          "dpmsolver++", new Algorithm(true, false),
          "deis", new Algorithm(true, false),
          "dpmsolver", new Algorithm(false, false),
          "sde-dpmsolver++", new Algorithm(true, true),
          "sde-dpmsolver", new Algorithm(false, true));
  private static final Map<String, Boolean> HEUN =
      Map.of("midpoint", false, "logrho", false, "bh1", false, "bh2", false, "heun", true);

  /**
   * @param clean whether the clean sample is integrated, or else the noise
   * @param stochastic whether fresh noise is drawn at every step
   */
  record Algorithm(boolean clean, boolean stochastic) {}

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final MultistepLevels levels;
  private final int order;
  private final Algorithm algorithm;
  private final boolean heun;
  private final boolean lowerOrderFinal;
  private final boolean firstOrderAtEnd;

  private DpmSolver(SchedulerConfig config, LibraryVersion version, int steps) {
    config.refuse("thresholding", "false: dynamic thresholding is for models of pixels");
    config.refuse("variance_type", "absent: learned variances are for models of pixels");
    boolean newer = version == LibraryVersion.V0_30_3;
    Training training =
        Training.of(
            config,
            "linspace",
            Training.ANY,
            newer ? Training.ZeroTerminal.TINY : Training.ZeroTerminal.IGNORED);
    schedule = training.schedule();
    prediction = training.prediction();
    levels = MultistepLevels.of(config, version, training, steps, true);
    order = config.whole("solver_order", 2, 1, MOST_ORDER);
    algorithm = config.choice("algorithm_type", "dpmsolver++", ALGORITHMS);
    heun = config.choice("solver_type", "midpoint", HEUN);
    lowerOrderFinal = config.flag("lower_order_final", true);
    boolean endsAtZero = newer && Sigmas.endsAtZero(config, "zero");
    firstOrderAtEnd = endsAtZero || (newer && config.flag("euler_at_final", false));
    if (endsAtZero && !algorithm.clean()) {
      throw config.wrong("final_sigmas_type", "sigma_min, as this algorithm_type integrates noise");
    }
    if (algorithm.stochastic() && order == MOST_ORDER) {
      throw config.wrong("solver_order", "1 or 2, as this algorithm_type is stochastic");
    }
  }

  static SamplingPlan plan(SchedulerConfig config, LibraryVersion version, int steps) {
    DpmSolver solver = new DpmSolver(config, version, steps);
    List<SamplingStep> plan = new ArrayList<>();
    for (int i = 0; i < solver.levels.steps(); i++) {
      plan.add(solver.step(i));
    }
    return new SamplingPlan(
        "DPMSolverMultistepScheduler", solver.schedule, 1, solver.levels.sigmas(), plan);
  }

  private SamplingStep step(int i) {
    Level level = levels.levels().get(i);
    Combination answer =
        algorithm.clean()
            ? prediction.clean(level.alpha(), level.sigma())
            : prediction.noise(level.alpha(), level.sigma());
    Map<String, String> kept = new LinkedHashMap<>();
    for (int calls = 0; calls < Math.min(order - 1, i + 1); calls++) {
      kept.put(ago(PREDICTION, calls + 1), ago(PREDICTION, calls));
    }
    return new SamplingStep(
        levels.timesteps().get(i),
        1,
        new Noising(level.alpha(), level.sigma()),
        algorithm.stochastic(),
        List.of(Assignment.of(PREDICTION, answer), Assignment.of(SAMPLE, move(i, orderOf(i)))),
        kept);
  }

  private int orderOf(int i) {
    int left = levels.steps() - i;
    boolean few = lowerOrderFinal && levels.steps() < FEW_STEPS;
    if (left == 1 && (few || firstOrderAtEnd)) {
      return 1;
    }
    int possible = Math.min(order, i + 1);
    return left == 2 && few ? Math.min(possible, 2) : possible;
  }

  private Combination move(int i, int p) {
    Level left = levels.levels().get(i);
    Level reached = levels.levels().get(i + 1);
    double h = reached.lambda() - left.lambda();
    if (h == 0) {
      return Combination.of(SAMPLE);
    }
    Combination moved =
        Combination.of(SAMPLE)
            .times(
                algorithm.clean()
                    ? reached.sigma() / left.sigma() * (algorithm.stochastic() ? Math.exp(-h) : 1)
                    : reached.alpha() / left.alpha());
    double weight = algorithm.clean() ? reached.alpha() : -reached.sigma();
    Differences differences = p == 1 ? Differences.none() : differences(i, p, h);
    double[] factors = algorithm.stochastic() ? stochastic(h) : deterministic(h, p);
    moved =
        moved
            .plus(weight * factors[0], PREDICTION)
            .plus(differences.first().times(weight * factors[1]))
            .plus(differences.second().times(weight * factors[2]));
    return algorithm.stochastic() ? moved.plus(freshNoise(reached, h), NOISE) : moved;
  }

  /** D_1 and D_2 of equation (5.4) and of {@code multistep_dpm_solver_third_order_update}. */
  private record Differences(Combination first, Combination second) {
    static Differences none() {
      return new Differences(Combination.zero(), Combination.zero());
    }
  }

  private Differences differences(int i, int p, double h) {
    double r0 = lambdaStep(i - 1) / h;
    Combination near = Combination.of(PREDICTION).plus(-1, ago(PREDICTION, 1)).times(1 / r0);
    if (p == 2) {
      return new Differences(near, Combination.zero());
    }
    double r1 = lambdaStep(i - 2) / h;
    Combination far = Combination.of(ago(PREDICTION, 1)).plus(-1, ago(PREDICTION, 2)).times(1 / r1);
    Combination change = near.minus(far).times(1 / (r0 + r1));
    return new Differences(near.plus(change.times(r0)), change);
  }

  private double lambdaStep(int from) {
    return levels.levels().get(from + 1).lambda() - levels.levels().get(from).lambda();
  }

  /**
   * Weights of m_0, D_1 and D_2, to be multiplied with alpha when the clean sample is integrated
   * and with -sigma when the noise is.
   */
  private double[] deterministic(double h, int p) {
    double sign = algorithm.clean() ? -1 : 1;
    double grown = Math.expm1(sign * h);
    if (p < MOST_ORDER && !heun) {
      return new double[] {sign * grown, 0.5 * sign * grown, 0};
    }
    double slope = grown / (sign * h) - 1;
    double curvature = (grown - sign * h) / (h * h) - 0.5;
    return new double[] {sign * grown, sign * slope, sign * curvature};
  }

  private double[] stochastic(double h) {
    if (algorithm.clean()) {
      double grown = -Math.expm1(-2 * h);
      return new double[] {grown, heun ? grown / (-2 * h) + 1 : 0.5 * grown, 0};
    }
    double grown = 2 * Math.expm1(h);
    return new double[] {grown, heun ? 2 * (Math.expm1(h) / h - 1) : 0.5 * grown, 0};
  }

  private double freshNoise(Level reached, double h) {
    double variance = algorithm.clean() ? -Math.expm1(-2 * h) : Math.expm1(2 * h);
    return reached.sigma() * Math.sqrt(variance);
  }
}
