package dev.voxelmill.gpu.parity;

import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers held against what was recorded.
 *
 * @param tensors recorded tensors compared
 * @param numbers their elements
 * @param largestError largest distance over all of them
 * @param problems what is missing or too far off; empty when the case is reproduced
 */
record Comparison(int tensors, long numbers, double largestError, List<String> problems) {
  private static final Pattern AFTER_STEP = Pattern.compile("step\\d+\\.(.+)");

  /** Of a case that could not be answered. */
  static Comparison impossible(String problem) {
    return new Comparison(0, 0, Double.NaN, List.of(problem));
  }

  static Comparison of(
      Map<String, double[]> answers, Map<String, FixtureTensor> expected, Tolerance tolerance) {
    List<String> problems = new ArrayList<>();
    if (expected.isEmpty()) {
      problems.add("0 recorded tensors (expected: at least one)");
    }
    double largest = 0;
    for (FixtureTensor tensor : expected.values()) {
      double[] answer = answers.get(tensor.name());
      if (answer == null || answer.length != tensor.size()) {
        problems.add(
            "%s: %s (expected: %d numbers)"
                .formatted(
                    tensor.name(), answer == null ? "no answer" : answer.length, tensor.size()));
        continue;
      }
      double[] recorded = tensor.doubles();
      boolean[] counts = comparable(tensor, expected, tolerance);
      double[] allowed = tolerance.allowed(tensor);
      double worst = 0;
      double sum = 0;
      for (int i = 0; i < recorded.length; i++) {
        double error = counts[i] ? distance(answer[i], recorded[i]) : 0;
        largest = error <= largest ? largest : error;
        // Not-a-number fails both comparisons, as it must.
        double excess = error <= allowed[i] ? 0 : error;
        worst = excess <= worst ? worst : excess;
        sum += error;
      }
      if (worst != 0) {
        problems.add("%s: off by %.3g (expected: %s)".formatted(tensor.name(), worst, tolerance));
      }
      double mean = sum / recorded.length;
      if (tolerance.mean().isPresent() && !(mean < tolerance.mean().getAsDouble())) {
        problems.add(
            "%s: mean off by %.3g (expected: %s)".formatted(tensor.name(), mean, tolerance));
      }
    }
    long numbers = expected.values().stream().mapToLong(FixtureTensor::size).sum();
    return new Comparison(expected.size(), numbers, largest, problems);
  }

  /** A recorded not-a-number, such as SJC's centre depth of a centred object, must be one here. */
  private static double distance(double answer, double recorded) {
    return Double.isNaN(answer) && Double.isNaN(recorded) ? 0 : Math.abs(answer - recorded);
  }

  /** Which elements count: all, or those of a parameter whose first gradient was not negligible. */
  static boolean[] comparable(
      FixtureTensor tensor, Map<String, FixtureTensor> expected, Tolerance tolerance) {
    boolean[] counts = new boolean[tensor.size()];
    Arrays.fill(counts, true);
    Matcher parameter = AFTER_STEP.matcher(tensor.name());
    if (tolerance.smallestGradient().isPresent() && parameter.matches()) {
      FixtureTensor first = expected.get("grad1." + parameter.group(1));
      if (first != null) {
        double[] gradient = first.doubles();
        double bound = tolerance.smallestGradient().getAsDouble() * magnitude(gradient);
        for (int i = 0; i < counts.length; i++) {
          counts[i] = Math.abs(gradient[i]) > bound;
        }
      }
    }
    return counts;
  }

  private static double magnitude(double[] values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }
}
