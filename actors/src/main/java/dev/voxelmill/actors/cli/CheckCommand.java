package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.history.HistoryReader;
import dev.voxelmill.actors.history.HistoryReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads everything that an installation has written, and holds it against what is promised. */
@Command(
    name = "check",
    description = {
      "Read every topic of an installation, committed records only, and hold its history against",
      "what is promised to clients. Nothing is written, and nothing has to be stopped."
    },
    footer = {
      "",
      "Open findings are what may still happen, such as the end of a job that runs; with --settle",
      "what is still open when the time is up counts as broken. Exit code 1 when a promise is",
      "broken.",
      "Example: ./voxelmill check",
      "         ./voxelmill check --bootstrap 127.0.0.1:29092 --settle 300 --json"
    })
final class CheckCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Option(
      names = "--settle",
      paramLabel = "S",
      description = "Wait up to so many seconds until every job has ended and nothing is open.")
  Integer settle;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    InstallationClient client = connection.client();
    HistoryReport report;
    try (HistoryReader reader = HistoryReader.open(client.installation())) {
      report = settle == null ? reader.read() : settled(reader, Duration.ofSeconds(settle));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(PromiseTable.summary(report)) : PromiseTable.text(report));
    out.flush();
    return (report.broken().isEmpty() ? Exit.OK : Exit.FAILED).code();
  }

  private static HistoryReport settled(HistoryReader reader, Duration limit)
      throws InterruptedException {
    long startNanos = System.nanoTime();
    HistoryReport report = reader.read();
    while (!report.open().isEmpty() && System.nanoTime() - startNanos < limit.toNanos()) {
      Thread.sleep(PAUSE);
      report = reader.read();
    }
    return report.closed();
  }
}
