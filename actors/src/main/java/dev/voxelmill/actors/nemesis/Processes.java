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
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

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

  /** A worker whose task ends it does so at the moment of a kill once in a while. */
  private static final int KILL_TRIES = 5;

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
      case Fault.KillAll all -> kill(parts(all.role()).map(LocalPart::name).toList());
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

  /**
   * Kills processes that all live at that moment. Workers end by themselves too, as the scripts of
   * their tasks say: one between two lives is waited for, and when one has ended before the signal
   * reached it, all are killed once more.
   */
  private Proof kill(List<String> names) throws InterruptedException {
    for (String name : names) {
      if (find(name).isEmpty()) {
        return Proof.none(name + " was not there");
      }
    }
    SortedMap<String, Long> living = new TreeMap<>();
    for (int i = 0; i < KILL_TRIES; i++) {
      if (!await(() -> look(names, living), START_LIMIT)) {
        return Proof.none("of " + names + " only " + living.keySet() + " were there");
      }
      living
          .values()
          .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
      int killed = 0;
      for (long pid : living.values()) {
        OptionalInt code = exits.await(pid, KILL_LIMIT);
        if (code.isPresent() && code.getAsInt() == Exits.KILLED) {
          exits.expect(pid);
          killed++;
        }
      }
      if (killed > 0 && killed == names.size()) {
        return Proof.of("exit code " + Exits.KILLED + (killed > 1 ? " of " + killed : ""));
      }
    }
    return Proof.none("of " + names + " some have always ended otherwise");
  }

  /** Takes down which of the parts live, and their processes; true if all do. */
  private boolean look(List<String> names, SortedMap<String, Long> living) {
    living.clear();
    for (LocalPart part : installation.parts()) {
      long pid = part.pid();
      if (names.contains(part.name()) && pid != 0) {
        living.put(part.name(), pid);
      }
    }
    return living.size() == names.size();
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
      boolean forgotten = Role.WORKER.isOf(name) && isForgotten(pid);
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

  private Stream<LocalPart> parts(Role role) {
    return installation.parts().stream().filter(part -> role.isOf(part.name()));
  }

  private Optional<LocalPart> find(String name) {
    return installation.parts().stream().filter(part -> part.name().equals(name)).findFirst();
  }

  private boolean allWorkersSeen() {
    return parts(Role.WORKER).allMatch(part -> isSeen(part.pid()));
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
