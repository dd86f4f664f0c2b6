package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.actors.local.Ending;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.actors.local.LocalPart;
import dev.voxelmill.protocols.topic.FleetRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/** Does to the processes of an installation what a fault says, and sees that it has happened. */
final class Processes {
  /** A killed process is gone at once, a machine that swaps apart. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(60);

  /** Supervisors hand over within 20 s, workers checkpoint within 15 s, each on an idle machine. */
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  /** A JVM on a busy machine starts in tens of seconds, after a pause of up to 15 s. */
  private static final Duration START_LIMIT = Duration.ofMinutes(4);

  /** Placement writes every second. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofMillis(50);

  private final LocalInstallation installation;
  private final InstallationClient client;
  private final Exits exits;

  Processes(LocalInstallation installation, InstallationClient client, Exits exits) {
    this.installation = installation;
    this.client = client;
    this.exits = exits;
  }

  /** Carries out a fault; returns when it has happened and its processes may go on. */
  Proof carryOut(Fault.OfProcess fault) throws InterruptedException, IOException {
    return switch (fault) {
      case Fault.Kill kill -> kill(List.of(kill.role().named(kill.number())));
      case Fault.KillSupervisors all ->
          kill(
              installation.parts().stream()
                  .map(LocalPart::name)
                  .filter(name -> name.startsWith("supervisor-"))
                  .toList());
      case Fault.Stop stop -> stop(stop.role().named(stop.number()));
      case Fault.Freeze freeze -> freeze(freeze.role().named(freeze.number()), freeze.time());
      case Fault.Join join -> join(Role.WORKER.named(join.number()));
      case Fault.Leave leave -> leave(Role.WORKER.named(leave.number()));
    };
  }

  /** Waits until every process is ready and placement sees every worker. */
  boolean awaitAll(Duration limit) throws InterruptedException {
    return await(
        () -> installation.parts().stream().allMatch(LocalPart::isReady) && allWorkersSeen(),
        limit);
  }

  private Proof kill(List<String> names) throws InterruptedException {
    List<Long> pids = new ArrayList<>();
    for (String name : names) {
      Optional<LocalPart> part = find(name);
      if (part.isEmpty() || !await(() -> part.get().pid() != 0, START_LIMIT)) {
        return Proof.none(name + " was not there");
      }
    }
    for (LocalPart part : installation.parts()) {
      long pid = part.pid();
      if (names.contains(part.name()) && pid != 0) {
        exits.expect(pid);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        pids.add(pid);
      }
    }
    for (long pid : pids) {
      OptionalInt code = exits.await(pid, KILL_LIMIT);
      if (code.isEmpty() || code.getAsInt() != Exits.KILLED) {
        return Proof.none("pid " + pid + ": exit code " + code);
      }
    }
    return pids.isEmpty()
        ? Proof.none("nothing to kill")
        : Proof.of("exit code " + Exits.KILLED + (pids.size() > 1 ? " of " + pids.size() : ""));
  }

  private Proof stop(String name) throws InterruptedException {
    Optional<LocalPart> part = find(name);
    if (part.isEmpty() || !await(part.get()::isReady, START_LIMIT)) {
      return Proof.none(name + " was not ready");
    }
    long pid = part.get().pid();
    exits.expect(pid);
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    OptionalInt code = exits.await(pid, STOP_LIMIT);
    return code.isPresent()
        ? ended(new Exits.Exit(name, pid, code.getAsInt()))
        : Proof.none(name + " did not end within " + STOP_LIMIT.toSeconds() + " s");
  }

  private static Proof ended(Exits.Exit exit) {
    return exit.code() == 0 ? Proof.of("exit code 0") : Proof.ended(exit);
  }

  private Proof freeze(String name, Duration time) throws InterruptedException, IOException {
    Optional<LocalPart> part = find(name);
    if (part.isEmpty() || !await(part.get()::isReady, START_LIMIT)) {
      return Proof.none(name + " was not ready");
    }
    long pid = part.get().pid();
    signal("STOP", pid);
    try {
      if (!await(() -> state(pid) == 'T', KILL_LIMIT)) {
        return Proof.none(name + " did not stop");
      }
      Thread.sleep(time);
      boolean stayed = state(pid) == 'T';
      boolean forgotten = name.startsWith("worker-") && isForgotten(pid);
      String how = forgotten ? "state T, given up by placement" : "state T";
      return stayed ? Proof.of(how) : Proof.none(name + " did not stay stopped");
    } finally {
      signal("CONT", pid);
    }
  }

  private Proof join(String name) throws InterruptedException {
    try {
      LocalPart added = installation.addWorker();
      if (!added.name().equals(name)) {
        return Proof.none(name + ": is called " + added.name());
      }
      return await(() -> isSeen(added.pid()), START_LIMIT)
          ? Proof.of("seen by placement")
          : Proof.none(name + " was not seen by placement");
    } catch (InstallationException e) {
      return Proof.none(e.getMessage());
    }
  }

  private Proof leave(String name) throws InterruptedException {
    Optional<LocalPart> part = find(name);
    if (part.isEmpty()) {
      return Proof.none(name + " was not there");
    }
    await(part.get()::isReady, START_LIMIT);
    exits.expect(part.get().pid());
    Ending ending = installation.removeWorker(name);
    exits.ended(name, ending.pid(), ending.exitCode());
    return ending.forced()
        ? Proof.none(name + " did not end in time and was killed")
        : ended(new Exits.Exit(name, ending.pid(), ending.exitCode()));
  }

  private Optional<LocalPart> find(String name) {
    return installation.parts().stream().filter(part -> part.name().equals(name)).findFirst();
  }

  private boolean allWorkersSeen() {
    return installation.parts().stream()
        .filter(part -> part.name().startsWith("worker-"))
        .allMatch(part -> isSeen(part.pid()));
  }

  /** Whether placement's newest snapshot has a worker of that process. */
  private boolean isSeen(long pid) {
    return fleet().filter(fleet -> has(fleet, pid)).isPresent();
  }

  /** Whether placement writes, and not about a worker of that process. */
  private boolean isForgotten(long pid) {
    return fleet().filter(fleet -> !has(fleet, pid)).isPresent();
  }

  /** What placement knows now; nothing when it, or the broker, is away. */
  private Optional<FleetRecord> fleet() {
    try {
      return client.fleet().filter(fleet -> fleet.at().isAfter(Instant.now().minus(FRESH)));
    } catch (UnreachableException e) {
      return Optional.empty();
    }
  }

  private static boolean has(FleetRecord fleet, long pid) {
    return fleet.workers().stream().anyMatch(worker -> worker.pid() == pid);
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, "" + pid).inheritIO().start().waitFor();
  }

  /** The state that the kernel gives, such as {@code T}; {@code X} when there is no process. */
  private static char state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'X';
    }
  }

  private static boolean await(BooleanSupplier fact, Duration limit) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (!fact.getAsBoolean()) {
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }
}
