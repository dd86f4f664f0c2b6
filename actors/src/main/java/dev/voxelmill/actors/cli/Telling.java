package dev.voxelmill.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.voxelmill.protocols.topic.EventRecord;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Chooses how events are printed: for a person, or as lines of JSON. */
final class Telling {
  private Telling() {}

  static Consumer<EventRecord> to(PrintWriter out, boolean json) {
    if (!json) {
      return Narrator.of(out)::tell;
    }
    return event -> {
      try {
        out.print(Json.line(event));
        out.flush();
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException("cannot print an event as JSON", e);
      }
    };
  }
}
