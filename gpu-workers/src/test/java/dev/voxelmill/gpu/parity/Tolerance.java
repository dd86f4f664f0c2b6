package dev.voxelmill.gpu.parity;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far an answer may be from a recorded value, as a case's own words say it: {@code max abs} is
 * absolute, {@code rtol} relative to the recorded value.
 *
 * @param absolute allowed in any case
 * @param relative allowed per unit of the recorded magnitude
 * @param smallestGradient where a case says that only elements with a first gradient above this
 *     part of the largest are comparable
 */
record Tolerance(double absolute, double relative, OptionalDouble smallestGradient) {
  private static final String NUMBER = "([0-9.]+(?:e[+-]?[0-9]+)?)";
  private static final Pattern ABSOLUTE = Pattern.compile("max abs " + NUMBER);
  private static final Pattern RELATIVE = Pattern.compile("rtol " + NUMBER);
  private static final Pattern GRADIENT = Pattern.compile("\\|grad1\\|>" + NUMBER + "\\*max");

  static Tolerance parse(String text) {
    OptionalDouble absolute = number(ABSOLUTE, text);
    OptionalDouble relative = number(RELATIVE, text);
    if (absolute.isEmpty() && relative.isEmpty()) {
      throw new IllegalArgumentException(
          "tolerance: '" + text + "' (expected: 'max abs NUMBER' or 'rtol NUMBER')");
    }
    return new Tolerance(absolute.orElse(0), relative.orElse(0), number(GRADIENT, text));
  }

  private static OptionalDouble number(Pattern pattern, String text) {
    Matcher match = pattern.matcher(text);
    return match.find()
        ? OptionalDouble.of(Double.parseDouble(match.group(1)))
        : OptionalDouble.empty();
  }

  /** The distance allowed to a recorded value. */
  double allowed(double recorded) {
    return absolute + relative * Math.abs(recorded);
  }
}
