package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows one job. */
@Command(
    name = "status",
    description = "Show where a job stands.",
    footer = {"", "Example: ./voxelmill status my-car --json"})
final class StatusCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "ID",
      converter = JobArgument.class,
      description = "The job, as ID or TENANT/ID.")
  JobId job;

  @Option(names = "--json", description = "Print the job's record as JSON.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException {
    InstallationClient client = connection.client();
    JobState state =
        client
            .job(job)
            .orElseThrow(() -> new CommandException(Exit.NOT_FOUND, "job: " + job + " is unknown"));
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(state) : JobTable.details(state));
    out.flush();
    return Exit.OK.code();
  }
}
