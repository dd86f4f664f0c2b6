package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code ./voxelmill up}, one process of each kind, which keeps them alive; and an observer. */
final class UpSystem implements AutoCloseable {
  static final String SUPERVISOR = "supervisor";
  static final String WORKER = "worker";

  private final Path own;
  private final Path data;
  private final Process up;
  private final Installation installation;
  private final Observer observer;
  private final JobFacts jobs;

  private UpSystem(Path own, Path data, Process up, Installation installation) {
    this.own = own;
    this.data = data;
    this.up = up;
    this.installation = installation;
    this.observer = new Observer(installation);
    this.jobs = new JobFacts(observer);
  }

  /**
   * Starts it and returns when it is ready.
   *
   * @param own for what clients print
   * @param data for logs
   * @param records for the broker's records, which are to lie elsewhere
   */
  static UpSystem start(Path own, Path data, Path records) throws IOException {
    Files.createDirectories(records);
    Files.createDirectories(data);
    Files.createSymbolicLink(data.resolve("broker"), records);
    Path printed = Files.createDirectory(own.resolve("up"));
    int port = Ports.free(1).getFirst();
    Process up =
        Launcher.start(
            printed, List.of("up", "--data", data.toString(), "--port", Integer.toString(port)));
    String bootstrap = "127.0.0.1:" + port;
    Eventually.holds(
        "up is ready or has ended",
        () -> !up.isAlive() || Launcher.printed(printed).contains("ready " + bootstrap));
    if (!up.isAlive()) {
      throw new AssertionError("up ended early: " + Launcher.printed(printed));
    }
    return new UpSystem(own, data, up, Installation.at(bootstrap, TopicsConfig.load()));
  }

  JobFacts jobs() {
    return jobs;
  }

  void submit(byte[] request) throws Exception {
    new InstallationClient(installation).submit(request);
  }

  /** Kills the process of a kind with -9 and returns when another one of the kind lives. */
  void kill(String kind) {
    ProcessHandle process = Eventually.present("a " + kind, () -> process(kind));
    process.destroyForcibly();
    Eventually.holds(
        "another " + kind, () -> process(kind).filter(now -> !now.equals(process)).isPresent());
  }

  private Optional<ProcessHandle> process(String kind) {
    return up.children().filter(child -> runs(child, kind)).findFirst();
  }

  /** By the main class, which ends the command line's options of the JVM. */
  private static boolean runs(ProcessHandle process, String kind) {
    try {
      String line = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
      String main = kind.equals(WORKER) ? "WorkerMain" : "SupervisorMain";
      return List.of(line.split("\0", -1)).stream().anyMatch(word -> word.endsWith("." + main));
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /** Bytes in the log of the only process of a kind. */
  long logged(String kind) {
    try {
      return Files.size(data.resolve("logs").resolve(kind + "-1.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code fetch} to its end; returns its exit code. */
  int fetch(String id, Path target) throws IOException, InterruptedException {
    Path printed = Files.createDirectories(own.resolve("fetch"));
    Process fetch =
        Launcher.start(
            printed,
            List.of(
                "fetch", id, "--out", target.toString(), "--bootstrap", installation.bootstrap()));
    Eventually.holds("fetch has ended", () -> !fetch.isAlive());
    return fetch.exitValue();
  }

  /** What the last {@code fetch} has printed. */
  String printed() {
    return Launcher.printed(own.resolve("fetch"));
  }

  void assertSound() throws InterruptedException {
    List<Finding> findings = observer.findings();
    assertEquals(List.of(), findings);
  }

  @Override
  public void close() throws InterruptedException {
    observer.close();
    List<ProcessHandle> children = up.descendants().toList();
    up.destroy();
    if (!up.waitFor(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      up.destroyForcibly();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
