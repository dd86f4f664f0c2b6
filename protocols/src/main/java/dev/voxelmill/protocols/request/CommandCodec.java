package dev.voxelmill.protocols.request;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.request.PublishedSchema.Obedient;
import dev.voxelmill.protocols.request.PublishedSchema.Refused;

/** Reads the bytes of a command; a client's mistake is a value, no exception. */
public final class CommandCodec {
  /** Where the published schema lies on the class path. */
  public static final String SCHEMA_RESOURCE =
      "/dev/voxelmill/protocols/schemas/command.schema.json";

  private final PublishedSchema schema = new PublishedSchema(SCHEMA_RESOURCE);

  /** The command that the bytes are, or why they are none. */
  public CommandReading read(byte[] bytes) {
    return switch (schema.read(bytes)) {
      case Refused refused ->
          new CommandReading.Invalid(refused.code(), refused.reason(), refused.job());
      case Obedient obedient ->
          new CommandReading.Valid(
              new JobCommand(
                  obedient.json().path("commandId").textValue(),
                  obedient.job(),
                  order(obedient.json())));
    };
  }

  private static JobCommand.Order order(JsonNode json) {
    return switch (json.path("command").textValue()) {
      case "cancel" -> new JobCommand.Cancel();
      case "pause" -> new JobCommand.Pause();
      case "resume" -> new JobCommand.Resume();
      case "reprioritise" -> new JobCommand.Reprioritise(json.path("priority").intValue());
      case String other -> throw new IllegalStateException("the schema let '" + other + "' pass");
    };
  }
}
