package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Names one incarnation of a worker; a restarted process has another one. */
public record WorkerId(String name) implements Comparable<WorkerId> {
  public WorkerId {
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
      throw new IllegalArgumentException(
          "worker: '" + name + "' (expected: [a-z0-9][a-z0-9._-]{0,63})");
    }
  }

  /** Reads the written form. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static WorkerId parse(String name) {
    return new WorkerId(name);
  }

  /** The written form. */
  @JsonValue
  @Override
  public String name() {
    return name;
  }

  @Override
  public int compareTo(WorkerId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
