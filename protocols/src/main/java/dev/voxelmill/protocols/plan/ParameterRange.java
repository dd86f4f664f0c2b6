package dev.voxelmill.protocols.plan;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The values that a parameter may take, and the one way in which each is written. */
public sealed interface ParameterRange {
  /**
   * The canonical text of a value, or empty when the value is outside the range: two requests that
   * mean the same must have the same bytes.
   */
  Optional<String> normalised(String text);

  /** The range in words, as messages and documents show it. */
  String described();

  /** {@code true} or {@code false}. */
  record Flag() implements ParameterRange {
    @Override
    public Optional<String> normalised(String text) {
      String lower = text.strip().toLowerCase(Locale.ROOT);
      return lower.equals("true") || lower.equals("false") ? Optional.of(lower) : Optional.empty();
    }

    @Override
    public String described() {
      return "true or false";
    }
  }

  /** A whole number in [low, high]. */
  record Whole(long low, long high) implements ParameterRange {
    @Override
    public Optional<String> normalised(String text) {
      try {
        long value = Long.parseLong(text.strip());
        return value >= low && value <= high ? Optional.of(Long.toString(value)) : Optional.empty();
      } catch (NumberFormatException notWhole) {
        return Optional.empty();
      }
    }

    @Override
    public String described() {
      return "a whole number from " + low + " to " + high;
    }
  }

  /** A finite number in [low, high], written as {@link Double#toString} writes it. */
  record Real(double low, double high) implements ParameterRange {
    @Override
    public Optional<String> normalised(String text) {
      try {
        double value = Double.parseDouble(text.strip()) + 0.0; // -0.0 becomes 0.0
        return value >= low && value <= high
            ? Optional.of(Double.toString(value))
            : Optional.empty();
      } catch (NumberFormatException notNumber) {
        return Optional.empty();
      }
    }

    @Override
    public String described() {
      return "a number from " + low + " to " + high;
    }
  }

  /** The faults of a rehearsal, see {@link FaultScript}. */
  record Faults() implements ParameterRange {
    @Override
    public Optional<String> normalised(String text) {
      return FaultScript.parse(text).map(FaultScript::toString);
    }

    @Override
    public String described() {
      return "faults such as nan@12,crash@7*2,crash@20:after-write; kinds nan, oom, deviceError,"
          + " hang, crash";
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements ParameterRange {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public Optional<String> normalised(String text) {
      return Optional.of(text.strip()).filter(words::contains);
    }

    @Override
    public String described() {
      return String.join(" or ", words);
    }
  }
}
