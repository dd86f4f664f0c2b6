package dev.voxelmill.gpu.parity;

import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far an answer may be from a recorded value, as a case's own words say it: {@code max abs} is
 * absolute, {@code rtol} relative to the recorded value, {@code rtol .. of max} relative to the
 * tensor's largest (1 where all are smaller), {@code mean abs <} bounds the mean over a tensor, and
 * {@code ; NUMBER WORD} is absolute for tensors whose names contain the word. Without words an
 * answer must be equal.
 *
 * @param absolute allowed in any case
 * @param relative allowed per unit of the recorded magnitude
 * @param ofLargest allowed per unit of the largest recorded magnitude of the tensor
 * @param mean bound of a tensor's mean error
 * @param smallestGradient where a case says that only elements with a first gradient above this
 *     part of the largest are comparable
 * @param byWord absolute bounds of tensors whose names contain a word
 */
record Tolerance(
    double absolute,
    double relative,
    double ofLargest,
    OptionalDouble mean,
    OptionalDouble smallestGradient,
    Map<String, Double> byWord) {
  private static final String NUMBER = "([0-9.]+(?:e[+-]?[0-9]+)?)";
  private static final Pattern ABSOLUTE = Pattern.compile("max abs " + NUMBER);
  private static final Pattern RELATIVE =
      Pattern.compile("rtol " + NUMBER + "(?! of max)(?![0-9.e])");
  private static final Pattern OF_LARGEST = Pattern.compile("rtol " + NUMBER + " of max");
  private static final Pattern MEAN = Pattern.compile("mean abs <" + NUMBER);
  private static final Pattern GRADIENT = Pattern.compile("\\|grad1\\|>" + NUMBER + "\\*max");
  private static final Pattern BY_WORD = Pattern.compile("; " + NUMBER + " ([a-z]+)");

  static Tolerance parse(String text) {
    OptionalDouble absolute = number(ABSOLUTE, text);
    OptionalDouble relative = number(RELATIVE, text);
    OptionalDouble ofLargest = number(OF_LARGEST, text);
    if (!text.isEmpty() && absolute.isEmpty() && relative.isEmpty() && ofLargest.isEmpty()) {
      throw new IllegalArgumentException(
          "tolerance: '" + text + "' (expected: 'max abs NUMBER' or 'rtol NUMBER')");
    }
    Map<String, Double> byWord = new LinkedHashMap<>();
    Matcher word = BY_WORD.matcher(text);
    while (word.find()) {
      byWord.put(word.group(2), Double.valueOf(word.group(1)));
    }
    return new Tolerance(
        absolute.orElse(0),
        relative.orElse(0),
        ofLargest.orElse(0),
        number(MEAN, text),
        number(GRADIENT, text),
        byWord);
  }

  private static OptionalDouble number(Pattern pattern, String text) {
    Matcher match = pattern.matcher(text);
    return match.find()
        ? OptionalDouble.of(Double.parseDouble(match.group(1)))
        : OptionalDouble.empty();
  }

  /** The distances allowed to the values of a recorded tensor. */
  double[] allowed(FixtureTensor tensor) {
    double[] recorded = tensor.doubles();
    double largest = Arrays.stream(recorded).map(Math::abs).reduce(1, Math::max);
    double fixed =
        byWord.entrySet().stream()
            .filter(word -> tensor.name().contains(word.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(absolute);
    return Arrays.stream(recorded)
        .map(value -> fixed + relative * Math.abs(value) + ofLargest * largest)
        .toArray();
  }

  /** The bounds in short, as in {@code 1e-4, image: 2e-3}. */
  String words() {
    List<String> words = new ArrayList<>();
    add(words, absolute, "");
    add(words, relative, " of each");
    add(words, ofLargest, " of the largest");
    byWord.forEach((word, bound) -> words.add(word + ": " + number(bound)));
    mean.ifPresent(bound -> words.add("mean below " + number(bound)));
    return words.isEmpty() ? "equal" : String.join(", ", words);
  }

  private static void add(List<String> words, double bound, String of) {
    if (bound > 0) {
      words.add(number(bound) + of);
    }
  }

  private static String number(double bound) {
    return String.format(Locale.ROOT, "%.0e", bound).replace("e-0", "e-");
  }
}
