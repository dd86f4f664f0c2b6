package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.actors.history.HistoryReport;
import dev.voxelmill.actors.history.Promise;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was found about each promise, as text and as JSON. */
final class PromiseTable {
  private static final String ROW = "%-62s %9s %7s %6s%n";
  private static final int SHOWN = 50;

  private PromiseTable() {}

  /** One line of the table. */
  record Row(Promise promise, String words, long checked, long broken, long open) {
    static Row of(HistoryReport report, Promise promise) {
      return new Row(
          promise,
          promise.words(),
          report.checked(promise),
          report.count(promise, false),
          report.count(promise, true));
    }
  }

  /** What {@code --json} prints. */
  record Summary(boolean kept, List<Row> promises, List<Finding> findings, List<String> remarks) {}

  static Summary summary(HistoryReport report) {
    return new Summary(
        report.broken().isEmpty(), rows(report), report.findings(), report.remarks());
  }

  static List<Row> rows(HistoryReport report) {
    return Arrays.stream(Promise.values()).map(promise -> Row.of(report, promise)).toList();
  }

  static String text(HistoryReport report) {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, ROW, "PROMISE", "CHECKED", "BROKEN", "OPEN"));
    for (Row row : rows(report)) {
      text.append(
          String.format(Locale.ROOT, ROW, row.words(), row.checked(), row.broken(), row.open()));
    }
    append(text, "broken", report.broken());
    append(text, "open", report.open());
    append(text, "remark", report.remarks());
    return text.toString();
  }

  private static void append(StringBuilder text, String word, List<?> findings) {
    for (Object finding : findings.subList(0, Math.min(SHOWN, findings.size()))) {
      text.append(String.format(Locale.ROOT, "%s: %s%n", word, finding));
    }
    if (findings.size() > SHOWN) {
      text.append(String.format(Locale.ROOT, "%s: and %d more%n", word, findings.size() - SHOWN));
    }
  }
}
