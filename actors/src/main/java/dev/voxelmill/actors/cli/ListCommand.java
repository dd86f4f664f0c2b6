package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.lifecycle.JobState;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the jobs that the installation remembers. */
@Command(
    name = "list",
    description = "List the jobs that the installation remembers.",
    footer = {"", "Example: ./voxelmill list --json | jq '.[].job'"})
final class ListCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Option(names = "--json", description = "Print the jobs' records as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    List<JobState> jobs = connection.client().jobs();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(jobs) : JobTable.overview(jobs));
    out.flush();
    return Exit.OK.code();
  }
}
