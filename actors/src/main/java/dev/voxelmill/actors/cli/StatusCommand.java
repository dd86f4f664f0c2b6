package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows one job. */
@Command(
    name = "status",
    description = "Show where a job stands.",
    footer = {"", "Example: ./voxelmill status my-car --json"})
final class StatusCommand extends JobQuery {
  @Option(names = "--json", description = "Print the job's record as JSON.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException {
    InstallationClient client = connection.client();
    JobState state = client.job(job).orElseThrow(() -> unknown());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(state) : JobTable.details(state));
    out.flush();
    return Exit.OK.code();
  }
}
