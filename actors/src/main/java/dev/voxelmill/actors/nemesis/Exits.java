package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.local.LocalInstallation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** How processes ended, and which of them were made to. */
final class Exits implements LocalInstallation.OnExit {
  /** SIGKILL, or a scripted crash. */
  static final int KILLED = 137;

  /** A device that failed again and again was given up. */
  static final int QUARANTINED = 12;

  /** A step did not return. */
  static final int STEP_HUNG = 13;

  // Guarded by this.
  private final List<Exit> exits = new ArrayList<>();
  private final Set<Long> meant = new HashSet<>();

  /** The end of a process. */
  record Exit(String part, long pid, int code) {
    @Override
    public String toString() {
      return part + " (pid " + pid + ") ended with exit code " + code;
    }
  }

  /** A process that was told to leave may be told of twice: by its keeper, and by who told it. */
  @Override
  public synchronized void ended(String part, long pid, int exitCode) {
    Exit exit = new Exit(part, pid, exitCode);
    if (!exits.contains(exit)) {
      exits.add(exit);
    }
    notifyAll();
  }

  /** From now on the end of this process is no surprise. */
  synchronized void expect(long pid) {
    meant.add(pid);
  }

  /** The exit code of a process, if it ends in time. */
  synchronized OptionalInt await(long pid, Duration limit) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (true) {
      OptionalInt code =
          exits.stream().filter(exit -> exit.pid() == pid).mapToInt(Exit::code).findFirst();
      long leftMillis = limit.minusNanos(System.nanoTime() - startNanos).toMillis();
      if (code.isPresent() || leftMillis <= 0) {
        return code;
      }
      wait(leftMillis);
    }
  }

  /** Ends of processes that nobody had made to end. */
  synchronized List<Exit> unasked() {
    return exits.stream().filter(exit -> !meant.contains(exit.pid())).toList();
  }

  /** How many ended by themselves with that code; a scripted crash looks like a kill. */
  synchronized long byThemselves(int code) {
    return exits.stream()
        .filter(exit -> exit.code() == code)
        .filter(exit -> code != KILLED || !meant.contains(exit.pid()))
        .count();
  }

  synchronized int count() {
    return exits.size();
  }
}
