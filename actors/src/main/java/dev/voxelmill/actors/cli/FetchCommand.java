package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.job.JobId;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the files of a finished job. */
@Command(
    name = "fetch",
    description = "Write the files of a finished job; every hash is checked.",
    footer = {"", "Example: ./voxelmill fetch my-car --out car"})
final class FetchCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "ID",
      converter = JobArgument.class,
      description = "The job, as ID or TENANT/ID.")
  JobId job;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Directory for the files; created when it does not exist.")
  Path out;

  @Option(names = "--json", description = "Print the paths as JSON.")
  boolean json;

  @Override
  public Integer call() throws CommandException, IOException, InterruptedException {
    List<Path> files = Fetching.fetch(connection.client(), job, out);
    PrintWriter printer = spec.commandLine().getOut();
    if (json) {
      printer.print(
          Json.pretty(Map.of("job", job, "files", files.stream().map(Path::toString).toList())));
    } else {
      files.forEach(printer::println);
    }
    printer.flush();
    return Exit.OK.code();
  }
}
