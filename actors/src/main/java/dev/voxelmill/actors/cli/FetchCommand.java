package dev.voxelmill.actors.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the files of a finished job. */
@Command(
    name = "fetch",
    description = "Write the files of a finished job; every hash is checked.",
    footer = {"", "Example: ./voxelmill fetch my-car --out car"})
final class FetchCommand extends JobQuery {
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
