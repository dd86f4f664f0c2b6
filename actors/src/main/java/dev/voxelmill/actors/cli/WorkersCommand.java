package dev.voxelmill.actors.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the workers and what each runs. */
@Command(
    name = "workers",
    description = "List the workers, each with process, device, models and running attempt.",
    footer = {
      "",
      "RUNNING shows TENANT/JOB/TASK#ATTEMPT and the step it is at; MEMORY is what tasks may use.",
      "A snapshot older than five seconds is shown as stale.",
      "Example: ./voxelmill workers --json | jq '.fleet.workers[].pid'"
    })
final class WorkersCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Option(names = "--json", description = "Print the snapshot as JSON.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException {
    FleetTable.Snapshot snapshot = FleetTable.newest(connection);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(snapshot) : FleetTable.text(snapshot));
    out.flush();
    return Exit.OK.code();
  }
}
