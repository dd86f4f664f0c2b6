package dev.voxelmill.protocols.plan;

import dev.voxelmill.protocols.model.RegisteredModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The values that a parameter may take, and the one way in which each is written. */
public sealed interface ParameterRange {
  /** Characters of a value that a message repeats. */
  int MOST_SHOWN = 120;

  /**
   * The canonical text of a value, or empty when the value is outside the range: two requests that
   * mean the same must have the same bytes.
   */
  Optional<String> normalised(String text);

  /** The range in words, as messages and documents show it. */
  String described();

  /** A value as messages show it: short, however long it is. */
  default String shown(String text) {
    return text.length() <= MOST_SHOWN
        ? "'" + text + "'"
        : "'%s...' of %d characters".formatted(text.substring(0, MOST_SHOWN), text.length());
  }

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

  /** The strict name of a model of a kind, as {@code conf/models.conf} has it; a path is none. */
  record ModelName(RegisteredModel.Kind kind) implements ParameterRange {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");

    @Override
    public Optional<String> normalised(String text) {
      return Optional.of(text.strip()).filter(name -> NAME.matcher(name).matches());
    }

    @Override
    public String described() {
      return "the name of a model in conf/models.conf: lower-case letters, digits, dots, hyphens";
    }
  }

  /** Relative poses, see {@link ViewOffsets}. */
  record Offsets() implements ParameterRange {
    @Override
    public Optional<String> normalised(String text) {
      return ViewOffsets.parse(text).map(ViewOffsets::toString);
    }

    @Override
    public String described() {
      return ViewOffsets.RULE;
    }

    @Override
    public String shown(String text) {
      int count = ViewOffsets.count(text);
      return count == 0 || count > ViewOffsets.MOST
          ? count + " poses"
          : ParameterRange.super.shown(text);
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
