package dev.voxelmill.protocols.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {
  private final CommandCodec codec = new CommandCodec();

  @Test
  void everyCommandIsReadAsItIsWritten() {
    JobId job = new JobId("default", "car");

    assertEquals(
        List.of(
            new JobCommand("a", job, new JobCommand.Cancel()),
            new JobCommand("b", job, new JobCommand.Pause()),
            new JobCommand("c", new JobId("toys", "car"), new JobCommand.Resume()),
            new JobCommand("d", job, new JobCommand.Reprioritise(9))),
        List.of(
            valid("{'commandId':'a','id':'car','command':'cancel'}"),
            valid("{'commandId':'b','id':'car','command':'pause'}"),
            valid("{'commandId':'c','id':'car','tenant':'toys','command':'resume'}"),
            valid("{'commandId':'d','id':'car','command':'reprioritise','priority':9}")));
  }

  @Test
  void whatAClientWritesIsReadAsTheSameCommand() {
    var hurry = new JobCommand("d", new JobId("toys", "car"), new JobCommand.Reprioritise(0));
    var cancel = new JobCommand("e", new JobId("default", "car"), new JobCommand.Cancel());

    assertEquals(new CommandReading.Valid(hurry), codec.read(CommandCodec.write(hurry)));
    assertEquals(new CommandReading.Valid(cancel), codec.read(CommandCodec.write(cancel)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'car','command':'cancel'}",
        "{'commandId':'a','command':'cancel'}",
        "{'commandId':'a','id':'car','command':'stop'}",
        "{'commandId':'../a','id':'car','command':'cancel'}",
        "{'commandId':'a','id':'car','command':'reprioritise'}",
        "{'commandId':'a','id':'car','command':'reprioritise','priority':10}",
        "{'commandId':'a','id':'car','command':'cancel','priority':3}",
        "{'commandId':'a','id':'car','command':'cancel','force':true}",
        "[]"
      })
  void whatBreaksTheSchemaIsRefusedWithTheReason(String text) {
    var invalid = assertInstanceOf(CommandReading.Invalid.class, read(text));

    assertEquals("schema", invalid.code());
    assertTrue(invalid.reason().length() > 10, invalid.reason());
  }

  @Test
  void whatIsNoJsonIsRefusedAndNamesNobody() {
    var invalid = assertInstanceOf(CommandReading.Invalid.class, read("cancel my car"));

    assertEquals("not-json", invalid.code());
    assertEquals(Optional.empty(), invalid.job());
  }

  @Test
  void theExamplesOfThePublishedSchemaAreCommands() throws Exception {
    try (InputStream in = getClass().getResourceAsStream(CommandCodec.SCHEMA_RESOURCE)) {
      var examples = JsonCodec.mapper().readTree(in).path("examples");

      examples.forEach(
          example ->
              assertInstanceOf(
                  CommandReading.Valid.class, codec.read(example.toString().getBytes(UTF_8))));
      assertEquals(2, examples.size());
    }
  }

  private JobCommand valid(String text) {
    return assertInstanceOf(CommandReading.Valid.class, read(text)).command();
  }

  private CommandReading read(String text) {
    return codec.read(text.replace('\'', '"').getBytes(UTF_8));
  }
}
