package dev.voxelmill.actors.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {
  @Test
  void everyCommandHasAnExampleAndTheExitCodes() {
    Map<String, CommandLine> commands = Main.commandLine().getSubcommands();

    commands.forEach(
        (name, command) -> {
          String usage = command.getUsageMessage();
          assertTrue(usage.contains("Example: ./voxelmill " + name), usage);
          assertTrue(usage.contains("Exit codes: 0 done;"), usage);
        });
    assertEquals(18, commands.size());
  }

  @Test
  void anIllegalIdIsAMistakeOfUseThatNamesTheRule() {
    StringWriter err = new StringWriter();

    int exit = Main.commandLine().setErr(new PrintWriter(err)).execute("status", "no spaces");

    assertEquals(2, exit);
    assertTrue(err.toString().contains("id: 'no spaces' (expected:"), err::toString);
  }

  @Test
  void aPriorityBeyondItsRangeIsAMistakeOfUse() {
    StringWriter err = new StringWriter();

    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute("reprioritise", "car", "--priority", "10");

    assertEquals(2, exit);
    assertTrue(err.toString().contains("priority: 10 (expected: 0 to 9)"), err::toString);
  }

  @Test
  void anIdWithoutATenantBelongsToTheDefaultTenant() {
    JobArgument argument = new JobArgument();

    assertEquals(new JobId("default", "car"), argument.convert("car"));
    assertEquals(new JobId("toys", "car"), argument.convert("toys/car"));
  }

  @Test
  void whatTheUserDidNotSayIsNotInTheRequest() throws Exception {
    Submission bare =
        new Submission(
            new JobId("default", "car"),
            "image-to-3d",
            "AAAA",
            Submission.KnownCamera.UNKNOWN,
            OptionalLong.empty(),
            new TreeMap<>(),
            Submission.Wishes.NONE);
    Submission full =
        new Submission(
            new JobId("default", "car"),
            "image-to-3d",
            "AAAA",
            new Submission.KnownCamera(
                OptionalDouble.of(30), OptionalDouble.empty(), OptionalDouble.empty()),
            OptionalLong.of(7),
            new TreeMap<>(Map.of("project", "false")),
            new Submission.Wishes(
                List.of("ply", "obj"),
                OptionalInt.of(9),
                OptionalDouble.of(60),
                OptionalLong.of(100)));

    JsonNode bareJson = JsonCodec.mapper().readTree(bare.toJson());
    JsonNode fullJson = JsonCodec.mapper().readTree(full.toJson());

    assertEquals(
        JsonCodec.mapper()
            .readTree(
                """
                {"id": "car", "tenant": "default", "method": "image-to-3d",
                 "image": {"data": "AAAA"}}
                """),
        bareJson);
    assertEquals(30, fullJson.at("/camera/elevationDeg").asDouble());
    assertTrue(fullJson.at("/camera/radius").isMissingNode());
    assertEquals(7, fullJson.get("seed").asLong());
    assertEquals("false", fullJson.at("/parameters/project").asText());
    assertEquals("[\"ply\",\"obj\"]", fullJson.get("outputs").toString());
    assertEquals(9, fullJson.get("priority").asInt());
    assertEquals(60, fullJson.get("maxSeconds").asDouble());
    assertEquals(100, fullJson.get("maxSteps").asLong());
  }

  @Test
  void aSnapshotOlderThanFiveSecondsIsStale() {
    Instant written = Instant.parse("2026-11-20T12:00:00Z");
    FleetRecord fleet =
        new FleetRecord(1, written, List.of(), 0, List.of(), 0, List.of(), 0, List.of());

    FleetTable.Snapshot fresh = FleetTable.Snapshot.of(fleet, written.plusMillis(5000));
    FleetTable.Snapshot old = FleetTable.Snapshot.of(fleet, written.plusMillis(5001));

    assertEquals(false, fresh.stale());
    assertEquals(true, old.stale());
    assertTrue(FleetTable.text(old).startsWith("stale: "), FleetTable.text(old));
  }
}
