package dev.voxelmill.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Stops processes and lets them go on, as {@code kill -STOP} and {@code kill -CONT} do. */
final class Signals {
  private Signals() {}

  /** SIGSTOP; returns when the kernel says that it has stopped. */
  static void stop(Process process) throws IOException, InterruptedException {
    send("STOP", process);
    Eventually.holds(process.pid() + " is stopped", () -> state(process) == 'T');
  }

  /** SIGCONT. */
  static void goOn(Process process) throws IOException, InterruptedException {
    send("CONT", process);
    Eventually.holds(process.pid() + " goes on", () -> state(process) != 'T');
  }

  private static void send(String signal, Process process)
      throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, "" + process.pid()).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("kill -%s %d: exit code %d".formatted(signal, process.pid(), code));
    }
  }

  private static char state(Process process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'X'; // it is gone
    }
  }
}
