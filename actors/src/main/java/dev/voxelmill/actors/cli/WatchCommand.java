package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.job.JobId;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows one job to its end. */
@Command(
    name = "watch",
    description = "Tell a job's history and follow it to its end.",
    footer = {"", "Example: ./voxelmill watch my-car --json | jq .event.type"})
final class WatchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "ID",
      converter = JobArgument.class,
      description = "The job, as ID or TENANT/ID.")
  JobId job;

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
      throw new CommandException(Exit.NOT_FOUND, "job: " + job + " is unknown");
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
