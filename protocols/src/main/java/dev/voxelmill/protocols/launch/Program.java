package dev.voxelmill.protocols.launch;

import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import picocli.CommandLine;

/** The main thread of a long-running part: how it reports failure, readiness and its end. */
public final class Program {
  private Program() {}

  /** Runs a command to its end and ends the JVM with its exit code. */
  public static void run(Callable<Integer> command, String... arguments) {
    System.exit(
        new CommandLine(command)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Program::onFailure)
            .execute(arguments));
  }

  /** Tells the parent, on standard output, that the part works and where it is reached. */
  public static void ready(String where) {
    System.out.println("READY " + where);
    System.out.flush();
  }

  /**
   * Runs last, on a signal as on any other end, and gives the exit code. Without it a JVM that was
   * told to stop by a signal would end with 143; here that is success.
   */
  public static void atExit(IntSupplier leave) {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(leave.getAsInt()), "leave"));
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      command.getErr().println("  because: " + cause);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
