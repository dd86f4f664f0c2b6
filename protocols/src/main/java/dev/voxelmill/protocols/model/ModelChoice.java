package dev.voxelmill.protocols.model;

/** What became of a request's wish for a model. */
public sealed interface ModelChoice {
  /** The model may be used. */
  record Chosen(RegisteredModel model) implements ModelChoice {}

  /**
   * It may not, or there is none.
   *
   * @param code stable, for programs: {@code unknown-model}, {@code model-kind} or {@code licence}
   * @param reason what to mend, for people
   */
  record Refused(String code, String reason) implements ModelChoice {}
}
