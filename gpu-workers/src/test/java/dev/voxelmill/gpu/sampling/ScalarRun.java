package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.sampling.SamplingStep.Assignment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/** Carries out a plan on one number in float64: a second interpreter, to hold plans to theory. */
final class ScalarRun {
  private final SamplingPlan plan;
  private final DoubleBinaryOperator network;

  /**
   * @param network answers for (input, timestep)
   */
  ScalarRun(SamplingPlan plan, DoubleBinaryOperator network) {
    this.plan = plan;
    this.network = network;
  }

  /** The last sample of a run whose first normal and every fresh one have this value. */
  double from(double normal) {
    Map<String, Double> state = Map.of(Names.SAMPLE, normal * plan.initialScale());
    for (SamplingStep step : plan.steps()) {
      state = next(step, state, normal);
    }
    return state.get(Names.SAMPLE);
  }

  private Map<String, Double> next(SamplingStep step, Map<String, Double> state, double normal) {
    Map<String, Double> values = new HashMap<>(state);
    double input = state.get(Names.SAMPLE) * step.inputScale();
    values.put(Names.OUTPUT, network.applyAsDouble(input, step.timestep()));
    values.put(Names.NOISE, normal);
    for (Assignment assignment : step.assignments()) {
      double sum = 0;
      for (Map.Entry<String, Double> term : assignment.sum().weights().entrySet()) {
        sum += term.getValue() * values.get(term.getKey());
      }
      double limit = assignment.limit().orElse(Double.POSITIVE_INFINITY);
      values.put(assignment.name(), Math.clamp(sum, -limit, limit));
    }
    Map<String, Double> next = new HashMap<>();
    next.put(Names.SAMPLE, values.get(Names.SAMPLE));
    step.kept().forEach((name, source) -> next.put(name, values.get(source)));
    return next;
  }
}
