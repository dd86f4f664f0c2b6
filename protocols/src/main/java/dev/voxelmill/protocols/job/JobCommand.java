package dev.voxelmill.protocols.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.regex.Pattern;

/**
 * What a client wants changed about a job.
 *
 * @param commandId chosen by the client, {@code [A-Za-z0-9][A-Za-z0-9._:-]{0,127}}; the same id
 *     again is the same command and has no second effect
 * @param job the job it is about
 */
public record JobCommand(String commandId, JobId job, Order order) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

  public JobCommand {
    requireNonNull(job, "job");
    requireNonNull(order, "order");
    if (!ID.matcher(requireNonNull(commandId, "commandId")).matches()) {
      throw new IllegalArgumentException(
          "commandId: '" + commandId + "' (expected: " + ID.pattern() + ")");
    }
  }

  /** The change. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = Reprioritise.class, name = "reprioritise")
  })
  public sealed interface Order {
    /** What clients call it. */
    default String word() {
      return switch (this) {
        case Cancel cancel -> "cancel";
        case Pause pause -> "pause";
        case Resume resume -> "resume";
        case Reprioritise reprioritise -> "reprioritise";
      };
    }
  }

  /** End the job for good, without an asset. */
  public record Cancel() implements Order {}

  /** Checkpoint what runs, free its device, and place nothing more until the job is resumed. */
  public record Pause() implements Order {}

  /** Let a paused job go on. */
  public record Resume() implements Order {}

  /** Place the job's tasks by another priority from now on: 0 (last) to 9 (first). */
  public record Reprioritise(int priority) implements Order {
    public Reprioritise {
      JobRequest.requirePriority(priority);
    }
  }
}
