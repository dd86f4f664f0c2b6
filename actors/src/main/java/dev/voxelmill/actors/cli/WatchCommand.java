package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.actors.client.InstallationClient;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Follows one job to its end. */
@Command(
    name = "watch",
    description = "Tell a job's history and follow it to its end.",
    footer = {"", "Example: ./voxelmill watch my-car --json | jq .event.type"})
final class WatchCommand extends JobQuery {
  @Option(names = "--json", description = "Print each event as one line of JSON.")
  boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "86400",
      description = "Give up after this time (default: ${DEFAULT-VALUE}).")
  long timeoutSeconds;

  @Override
  public Integer call() throws CommandException {
    InstallationClient client = connection.client();
    if (client.job(job).isEmpty()) {
      throw unknown();
    }
    try (EventStream events = client.history(job)) {
      return JobWatch.follow(
              events,
              "",
              Duration.ofSeconds(timeoutSeconds),
              Telling.to(spec.commandLine().getOut(), json))
          .code();
    }
  }
}
