package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.protocols.topic.JsonCodec;

/** JSON for programs: one value, and a line end. */
final class Json {
  private Json() {}

  static String pretty(Object value) throws JsonProcessingException {
    return JsonCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value)
        + System.lineSeparator();
  }

  static String line(Object value) throws JsonProcessingException {
    return JsonCodec.mapper().writeValueAsString(value) + System.lineSeparator();
  }
}
