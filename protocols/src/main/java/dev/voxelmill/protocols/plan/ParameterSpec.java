package dev.voxelmill.protocols.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * One parameter of a method.
 *
 * @param name dotted name, the stage first, such as {@code distill.steps}
 * @param range the values it may take
 * @param defaultValue what a request that does not name it gets, in canonical form
 * @param doc one sentence: what it does, its unit, when to change it
 */
public record ParameterSpec(String name, ParameterRange range, String defaultValue, String doc) {
  public ParameterSpec {
    requireNonNull(name, "name");
    requireNonNull(doc, "doc");
    if (!range.normalised(defaultValue).equals(Optional.of(defaultValue))) {
      throw new IllegalArgumentException(
          name + ": default '" + defaultValue + "' (expected: " + range.described() + ")");
    }
  }

  static ParameterSpec flag(String name, boolean defaultValue, String doc) {
    return new ParameterSpec(name, new ParameterRange.Flag(), Boolean.toString(defaultValue), doc);
  }

  static ParameterSpec whole(String name, long low, long high, long defaultValue, String doc) {
    return new ParameterSpec(
        name, new ParameterRange.Whole(low, high), Long.toString(defaultValue), doc);
  }

  static ParameterSpec real(String name, double low, double high, double defaultValue, String doc) {
    return new ParameterSpec(
        name, new ParameterRange.Real(low, high), Double.toString(defaultValue), doc);
  }

  /** The first word is the default. */
  static ParameterSpec choice(String name, String doc, String... words) {
    return new ParameterSpec(name, new ParameterRange.Choice(List.of(words)), words[0], doc);
  }
}
