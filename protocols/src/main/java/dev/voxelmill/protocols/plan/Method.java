package dev.voxelmill.protocols.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A way from a request to an asset.
 *
 * @param name what requests call it, such as {@code image-to-3d}
 * @param doc one sentence for people
 * @param parameters everything that can be set, in the order of the stages
 * @param planner the tasks of a job with these parameters; a pure function
 */
public record Method(
    String name, String doc, List<ParameterSpec> parameters, Function<Parameters, Plan> planner) {
  /** The parameter that names the ControlNet of a method that takes a picture of depths. */
  public static final String CONTROL_MODEL = "control.model";

  private static final int NEAREST_NAMES = 3;

  public Method {
    parameters = List.copyOf(parameters);
  }

  /** The parameter of that name. */
  public Optional<ParameterSpec> parameter(String parameterName) {
    return parameters.stream().filter(p -> p.name().equals(parameterName)).findFirst();
  }

  /** Whether a request may bring a picture of depths, which a ControlNet looks at. */
  public boolean takesDepth() {
    return parameter(CONTROL_MODEL).isPresent();
  }

  /** Checks what a request names against the ranges and fills in the defaults. */
  public ParameterCheck check(Map<String, String> given) {
    List<String> problems = new ArrayList<>();
    SortedMap<String, String> effective = new TreeMap<>();
    parameters.forEach(p -> effective.put(p.name(), p.defaultValue()));
    new TreeMap<>(given)
        .forEach(
            (name, text) ->
                parameter(name)
                    .ifPresentOrElse(
                        spec ->
                            spec.range()
                                .normalised(text)
                                .ifPresentOrElse(
                                    value -> effective.put(name, value),
                                    () -> problems.add(outOfRange(spec, text))),
                        () -> problems.add(unknown(name))));
    return problems.isEmpty()
        ? new ParameterCheck.Accepted(effective)
        : new ParameterCheck.Refused(problems);
  }

  private static String outOfRange(ParameterSpec spec, String text) {
    return "parameters.%s: %s (expected: %s)"
        .formatted(spec.name(), spec.range().shown(text), spec.range().described());
  }

  private String unknown(String parameterName) {
    List<String> nearest =
        parameters.stream()
            .map(ParameterSpec::name)
            .sorted(Comparator.comparingInt(known -> EditDistance.between(known, parameterName)))
            .limit(NEAREST_NAMES)
            .toList();
    return "parameters.%s: unknown (expected: a parameter of %s; nearest: %s)"
        .formatted(parameterName, name, String.join(", ", nearest));
  }
}
