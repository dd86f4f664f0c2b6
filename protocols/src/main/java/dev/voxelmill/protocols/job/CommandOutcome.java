package dev.voxelmill.protocols.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What became of a command; written in lower case with hyphens, such as {@code unknown-job}. */
public enum CommandOutcome {
  /** The job has ended by this command. */
  CANCELLED,
  /** The devices of the job are free and nothing of it is placed any more. */
  PAUSED,
  /** It was paused before. */
  ALREADY_PAUSED,
  /** Its tasks are placed again. */
  RESUMED,
  /** It was not paused. */
  NOT_PAUSED,
  /** Its tasks are placed by the new priority. */
  REPRIORITISED,
  /** It had that priority before. */
  UNCHANGED,
  /** A later command took its place before it was carried out. */
  SUPERSEDED,
  /** The job had ended before; nothing changed. */
  ALREADY_FINISHED,
  /** No request of that id came in time. */
  UNKNOWN_JOB,
  /** Too many commands wait for a job of that id that nobody has requested. */
  TOO_MANY;

  /** Reads the written form. */
  @JsonCreator
  public static CommandOutcome parse(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The written form. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the job now is as the command wanted it, by this command or before. */
  public boolean isAsWanted() {
    return switch (this) {
      case CANCELLED, PAUSED, ALREADY_PAUSED, RESUMED, NOT_PAUSED, REPRIORITISED, UNCHANGED -> true;
      case SUPERSEDED, ALREADY_FINISHED, UNKNOWN_JOB, TOO_MANY -> false;
    };
  }
}
