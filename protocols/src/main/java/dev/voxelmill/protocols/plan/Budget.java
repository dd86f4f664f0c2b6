package dev.voxelmill.protocols.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * @param maxSteps of refinement; 0 is no limit
 */
public record Budget(double maxSeconds, long maxSteps) {
  static final String SECONDS = "budget.maxSeconds";
  static final String STEPS = "budget.maxSteps";

  /** Parameters that say how long a job is refined. */
  private static final List<String> REFINEMENTS = List.of("distill.steps", "synthetic.steps");

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
    REFINEMENTS.stream()
        .filter(name -> exceeds(asked, name))
        .forEach(name -> cut.put(name, Long.toString(maxSteps)));
    return cut;
  }

  /** What the limit of steps takes away, for the manifest; empty when it takes nothing. */
  public List<String> cuts(SortedMap<String, String> asked) {
    List<String> cuts = new ArrayList<>();
    for (String name : REFINEMENTS) {
      if (exceeds(asked, name)) {
        cuts.add("maxSteps: %s %d of %s".formatted(name, maxSteps, asked.get(name)));
      }
    }
    return cuts;
  }

  private boolean exceeds(SortedMap<String, String> asked, String name) {
    return maxSteps > 0 && asked.containsKey(name) && Long.parseLong(asked.get(name)) > maxSteps;
  }
}
