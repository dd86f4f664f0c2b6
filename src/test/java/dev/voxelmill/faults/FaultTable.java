package dev.voxelmill.faults;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code docs/FAULTS.md}, made of what the tests recorded. Every test leaves one file in {@code
 * src/test/target/faults}; with {@code -Dvoxelmill.faults.table=true} each of them rewrites the
 * table from all files there and from the reports of the modules' own tests.
 */
final class FaultTable {
  private static final Path RECORDS = Launcher.home().resolve("src/test/target/faults");
  private static final Path TABLE = Launcher.home().resolve("docs/FAULTS.md");

  private FaultTable() {}

  /**
   * A line of the table.
   *
   * @param id number in the list of faults
   * @param tier which kind of test it is, and when it runs
   * @param runs how often the fault was staged; of a module's test, how many cases it has
   * @param what the fault
   * @param also what was asserted beside the promises
   * @param result whether it held, and the day
   * @param seen what came of it
   */
  record Row(
      String id, String tier, long runs, String what, String also, String result, String seen) {
    String line() {
      return Stream.of(id, tier, Long.toString(runs), what, also, result, seen)
          .map(cell -> cell.replace("|", "\\|").replace('\n', ' '))
          .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
  }

  /**
   * Records a test.
   *
   * @param tier which kind of test it is, and when it runs
   * @param problem what it was that kept the test from succeeding
   */
  static void record(Fault fault, String tier, Outcome outcome, Optional<String> problem) {
    ObjectNode node = JsonCodec.mapper().createObjectNode();
    node.put("id", fault.id());
    node.put("tier", tier);
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
    List<Row> rows = new ArrayList<>(ModuleTests.rows());
    try (Stream<Path> files = Files.list(RECORDS)) {
      for (Path file : files.sorted().toList()) {
        rows.add(row(JsonCodec.mapper().readTree(file.toFile())));
      }
    }
    rows.sort(Comparator.comparing(Row::id).thenComparing(Row::tier).thenComparing(Row::what));
    String promises =
        Arrays.stream(Promise.values())
            .map(promise -> "- " + promise.words())
            .collect(Collectors.joining("\n"));
    Files.writeString(
        TABLE,
        """
        # Faults

        Made by `mvn verify -Pfaults` from what the tests recorded; do not edit. There are four tiers:

        - `module`: decisions, stores and formats by themselves; in every `mvn verify`
        - `simulation`: the whole system on virtual time with a simulated log, seed by seed, every invariant checked after every event; in every
          `mvn verify` for as many seeds as half a minute allows
        - `processes`: a real broker, three supervisors and two workers unless a line says otherwise, each a process of its own; in every `mvn verify`
        - `processes, -Pfaults`: the same, minutes each, in `mvn verify -Pfaults`

        A test over processes proves that its fault has happened, heals the installation, and then reads every topic as `read_committed`. What is
        checked after every one of them:

        %s

        | fault | tier | runs | what was done | also asserted | result | seen |
        |---|---|---|---|---|---|---|
        """
                .formatted(promises)
            + rows.stream().map(Row::line).collect(Collectors.joining()));
  }

  private static Row row(JsonNode node) {
    return new Row(
        node.get("id").asText(),
        node.get("tier").asText(),
        node.get("runs").asLong(),
        node.get("what").asText(),
        node.get("also").asText(),
        node.get("result").asText(),
        node.get("seen").asText());
  }
}
