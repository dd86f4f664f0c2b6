package dev.voxelmill.gpu.parity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code docs/PARITY.md}, made of what {@link ParityTest} saw when it is run with {@code
 * -Dvoxelmill.parity.table=true}.
 */
final class ParityTable {
  private ParityTable() {}

  /** A case and how near its answers came. */
  record Row(Recording recording, Comparison comparison) {
    String result() {
      return comparison.problems().isEmpty() ? "ok" : "FAIL";
    }

    private String line() {
      return String.format(
          Locale.ROOT,
          "| `%s` | %s | %d | %,d | %.1e | %s | %s |%n",
          recording.one().name(),
          origin(),
          comparison.tensors(),
          comparison.numbers(),
          comparison.largestError(),
          recording.tolerance().words(),
          result());
    }

    /** The repository that was run. */
    private String origin() {
      return recording.one().description().path("source").path("repo").asText();
    }
  }

  static void writeIfAsked(List<Row> rows) {
    if (!Boolean.getBoolean("voxelmill.parity.table")) {
      return;
    }
    try {
      Files.writeString(
          Path.of(System.getProperty("voxelmill.home"), "docs", "PARITY.md"), text(rows));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(List<Row> rows) {
    Map<String, List<Row>> kinds =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.recording().kind(), TreeMap::new, Collectors.toList()));
    return """
        # Parity

        Made by `ParityTest` (CONTRIBUTING.md has the command); do not edit. Each case holds inputs, random weights and outputs recorded from the original
        programs in float32 on a CPU; [its notes](../src/test/fixtures/NOTES.md) say how. A case is reproduced when every number of every
        tensor is as near as its own `case.json` demands: absolutely, or as a part of each number or of the tensor's largest one. Errors here are absolute, the
        largest over all tensors; they vary a little from machine to machine.

        | kind | cases | reproduced | tensors | numbers |
        |---|---|---|---|---|
        """
        + kinds.entrySet().stream()
            .map(kind -> summary("`" + kind.getKey() + "`", kind.getValue()))
            .collect(Collectors.joining())
        + summary("all", rows)
        + """

        | case | recorded from | tensors | numbers | largest error | allowed | result |
        |---|---|---|---|---|---|---|
        """
        + rows.stream().map(Row::line).collect(Collectors.joining())
        + """

        Other tests walk `marching_cubes`, `metrics`, `toys_objects` and `view_prior`.
        """;
  }

  private static String summary(String kind, List<Row> rows) {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %,d |%n",
        kind,
        rows.size(),
        rows.stream().filter(row -> row.result().equals("ok")).count(),
        rows.stream().mapToInt(row -> row.comparison().tensors()).sum(),
        rows.stream().mapToLong(row -> row.comparison().numbers()).sum());
  }
}
