package dev.voxelmill.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.actors.history.Promise;
import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code docs/FAULTS.md}, made of what the tests recorded. Every test leaves one file in {@code
 * src/test/target/faults}; with {@code -Dvoxelmill.faults.table=true} each of them rewrites the
 * table from all files there.
 */
final class FaultTable {
  private static final Path RECORDS = Launcher.home().resolve("src/test/target/faults");
  private static final Path TABLE = Launcher.home().resolve("docs/FAULTS.md");

  private FaultTable() {}

  /**
   * Records a test.
   *
   * @param problem what it was that kept the test from succeeding
   */
  static void record(Fault fault, Outcome outcome, Optional<String> problem) {
    ObjectNode node = JsonCodec.mapper().createObjectNode();
    node.put("id", fault.id());
    node.put("what", fault.what());
    node.put("also", fault.also());
    node.put("runs", outcome.runs());
    node.put("seen", String.join("; ", outcome.notes()));
    node.put("result", problem.orElse("kept") + ", " + LocalDate.now(ZoneOffset.UTC));
    String name = fault.id() + "-" + Integer.toHexString(fault.what().hashCode()) + ".json";
    try {
      Files.createDirectories(RECORDS);
      JsonCodec.mapper().writeValue(RECORDS.resolve(name).toFile(), node);
      if (Boolean.getBoolean("voxelmill.faults.table")) {
        rewrite();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void rewrite() throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(RECORDS)) {
      for (Path file : files.sorted().toList()) {
        var node = JsonCodec.mapper().readTree(file.toFile());
        rows.add(
            Stream.of("id", "runs", "what", "also", "result", "seen")
                .map(column -> node.get(column).asText().replace("|", "\\|").replace('\n', ' '))
                .collect(Collectors.joining(" | ", "| ", " |\n")));
      }
    }
    String promises =
        Arrays.stream(Promise.values())
            .map(promise -> "- " + promise.words())
            .collect(Collectors.joining("\n"));
    Files.writeString(
        TABLE,
        """
        # Faults

        Made by `mvn verify -Pfaults` from what the tests recorded; do not edit. Each test runs against real processes (a broker, three
        supervisors and two workers unless it says otherwise), proves that its fault has happened, heals the installation, and then reads every topic
        as `read_committed`. What is checked after every one of them:

        %s

        | fault | runs | what was done | also asserted | result | seen |
        |---|---|---|---|---|---|
        """
                .formatted(promises)
            + String.join("", rows));
  }
}
