package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.protocols.config.InvalidConfigException;
import dev.voxelmill.storage.topics.TopicMismatchException;
import dev.voxelmill.storage.topics.TopicSetupException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of the commands of this module; the launcher names the command first. */
@Command(
    name = "voxelmill",
    description = "Turns a picture into a 3D asset.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      SubmitCommand.class,
      MethodsCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      ListCommand.class,
      CancelCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      ReprioritiseCommand.class,
      DeadLettersCommand.class,
      WorkersCommand.class,
      QueueCommand.class,
      CheckCommand.class,
      BenchCommand.class,
      NemesisCommand.class,
      FetchCommand.class
    })
public final class Main {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The commands with their exit codes; tests run them in their own process. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler((failure, command, parsed) -> onFailure(failure, command));
    String codes =
        Arrays.stream(Exit.values())
            .map(exit -> exit.code() + " " + exit.meaning())
            .collect(Collectors.joining("; ", "Exit codes: ", "."));
    line.getSubcommands()
        .values()
        .forEach(sub -> sub.getCommandSpec().usageMessage().exitCodeListHeading(codes + "%n"));
    return line;
  }

  private static int onFailure(Exception failure, CommandLine command) {
    PrintWriter err = command.getErr();
    Exit exit =
        switch (failure) {
          case CommandException expected -> expected.exit();
          case UnreachableException unreachable -> Exit.UNREACHABLE;
          case TopicSetupException topics -> Exit.UNREACHABLE;
          case TopicMismatchException topics -> Exit.FAILED;
          case InstallationException local -> Exit.FAILED;
          case InvalidConfigException config -> Exit.FAILED;
          case IOException io -> Exit.FAILED;
          case UncheckedIOException io -> Exit.FAILED;
          default -> {
            failure.printStackTrace(err);
            yield Exit.FAILED;
          }
        };
    err.println("voxelmill: " + failure.getMessage());
    return exit.code();
  }
}
