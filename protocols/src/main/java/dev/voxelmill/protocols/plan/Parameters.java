package dev.voxelmill.protocols.plan;

import java.util.Map;

/**
 * The effective parameters of a job, read by type. A request that was accepted holds every
 * parameter of its method in range, so that a name missing here is a bug of the reader.
 */
public record Parameters(Map<String, String> values) {
  public Parameters {
    values = Map.copyOf(values);
  }

  /** Whether the job's method has this parameter. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  public boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  public int whole(String name) {
    return Math.toIntExact(Long.parseLong(text(name)));
  }

  /** A whole number that may be beyond the range of an int. */
  public long large(String name) {
    return Long.parseLong(text(name));
  }

  public double real(String name) {
    return Double.parseDouble(text(name));
  }

  /** The word or the canonical text of any other parameter. */
  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "parameter: '" + name + "' (expected: one of " + values.keySet() + ")");
    }
    return value;
  }
}
