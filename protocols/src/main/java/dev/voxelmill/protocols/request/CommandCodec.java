package dev.voxelmill.protocols.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.request.PublishedSchema.Obedient;
import dev.voxelmill.protocols.request.PublishedSchema.Refused;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.nio.charset.StandardCharsets;

/** Reads and writes the bytes of commands; a client's mistake is a value, no exception. */
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

  /** The command as clients write it. */
  public static byte[] write(JobCommand command) {
    ObjectNode json = JsonCodec.mapper().createObjectNode();
    json.put("commandId", command.commandId());
    json.put("id", command.job().id());
    json.put("tenant", command.job().tenant());
    json.put("command", command.order().word());
    if (command.order() instanceof JobCommand.Reprioritise reprioritise) {
      json.put("priority", reprioritise.priority());
    }
    return json.toString().getBytes(StandardCharsets.UTF_8);
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
