package dev.voxelmill.protocols.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long and how far a job may be refined, read from its parameters.
 *
 * <p>Steps are a decision of the plan: a job whose steps are cut gives the same bytes as one that
 * asked for fewer. Time is not: what is delivered depends on how far the job came.
 *
 * @param maxSeconds from acceptance, pauses apart; 0 is no limit
 * @param maxSteps of refinement, or of the sampler where nothing is refined; 0 is no limit
 */
public record Budget(double maxSeconds, long maxSteps) {
  static final String SECONDS = "budget.maxSeconds";
  static final String STEPS = "budget.maxSteps";

  /** Parameters that say how long a job is refined. */
  private static final List<String> REFINEMENTS = List.of("distill.steps", "synthetic.steps");

  /** The same of a job whose views are the asset. */
  private static final String SAMPLING = "denoise.steps";

  /** No sampler gets from noise to a picture in less. */
  private static final long FEWEST_SAMPLING = 2;

  /** The budget of a job with these effective parameters. */
  public static Budget of(SortedMap<String, String> parameters) {
    return new Budget(
        Double.parseDouble(parameters.getOrDefault(SECONDS, "0")),
        Long.parseLong(parameters.getOrDefault(STEPS, "0")));
  }

  /** The time after acceptance at which the job delivers what there is. */
  public Optional<Duration> time() {
    return maxSeconds > 0
        ? Optional.of(Duration.ofMillis(Math.round(maxSeconds * 1000)))
        : Optional.empty();
  }

  /** The parameters that the tasks are run with. */
  public SortedMap<String, String> applied(SortedMap<String, String> asked) {
    SortedMap<String, String> cut = new TreeMap<>(asked);
    limited(asked).forEach(name -> cut.put(name, Long.toString(limit(name))));
    return cut;
  }

  /** What the limit of steps takes away, for the manifest; empty when it takes nothing. */
  public List<String> cuts(SortedMap<String, String> asked) {
    return limited(asked).stream()
        .map(name -> "maxSteps: %s %d of %s".formatted(name, limit(name), asked.get(name)))
        .toList();
  }

  /** The parameters whose value is beyond the limit. */
  private List<String> limited(Map<String, String> asked) {
    if (maxSteps == 0) {
      return List.of();
    }
    boolean refined = REFINEMENTS.stream().anyMatch(asked::containsKey);
    return (refined ? REFINEMENTS : List.of(SAMPLING))
        .stream()
            .filter(asked::containsKey)
            .filter(name -> Long.parseLong(asked.get(name)) > limit(name))
            .toList();
  }

  private long limit(String name) {
    return name.equals(SAMPLING) ? Math.max(maxSteps, FEWEST_SAMPLING) : maxSteps;
  }
}
