package dev.voxelmill.actors.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what waits for a worker, and why. */
@Command(
    name = "queue",
    description = "Show what waits for a worker: by tenant and priority, how long, and why.",
    footer = {
      "",
      "SECONDS are device-seconds of the last minute. A snapshot older than five seconds is shown",
      "as stale; it holds the first 100 tasks and tenants, and counts all.",
      "Example: ./voxelmill queue --json | jq '.fleet.tenants[].name'"
    })
final class QueueCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Option(
      names = "--limit",
      defaultValue = "20",
      paramLabel = "N",
      description = "Tasks to show, at most 100 (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(names = "--json", description = "Print the snapshot as JSON.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException {
    FleetTable.Snapshot snapshot = FleetTable.newest(connection);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? Json.pretty(snapshot) : QueueTable.text(snapshot, limit));
    out.flush();
    return Exit.OK.code();
  }
}
