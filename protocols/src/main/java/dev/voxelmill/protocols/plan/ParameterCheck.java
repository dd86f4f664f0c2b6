package dev.voxelmill.protocols.plan;

import java.util.List;
import java.util.SortedMap;

/** What became of the parameters that a request names. */
public sealed interface ParameterCheck {
  /** Every parameter of the method by name, in canonical form, defaults included. */
  record Accepted(SortedMap<String, String> parameters) implements ParameterCheck {}

  /** Every problem there is, each saying what to mend. */
  record Refused(List<String> problems) implements ParameterCheck {
    public Refused {
      problems = List.copyOf(problems);
    }
  }
}
