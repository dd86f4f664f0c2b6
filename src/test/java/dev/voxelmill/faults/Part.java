package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.e2e.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One process of an installation, started by {@code ./voxelmill} and kept alive by nobody. It ends
 * when the test's JVM does.
 */
final class Part {
  private static final String READY = "READY ";

  private final String name;
  private final Path log;
  private final Process process;

  private Part(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts one and returns at once.
   *
   * @param prefix words before the launcher's, such as those that enter a network namespace
   * @param arguments of the launcher
   * @param environment added to that of the test
   */
  static Part start(
      Path logs,
      String name,
      List<String> prefix,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException {
    Path log = Files.createTempFile(logs, name + "-", ".log");
    List<String> line = new ArrayList<>(prefix);
    line.add(Launcher.home().resolve("voxelmill").toString());
    line.addAll(arguments);
    line.add("--stop-on-stdin-close");
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("VOXELMILL_BUILT", "1");
    builder.environment().put("VOXELMILL_CHILD", "1");
    builder.environment().putAll(environment);
    return new Part(name, log, builder.redirectOutput(log.toFile()).start());
  }

  String name() {
    return name;
  }

  /** The launcher replaces itself by the JVM, so that this is the JVM's. */
  long pid() {
    return process.pid();
  }

  /** Names of its threads, each cut to 15 characters; none if it has ended. */
  Set<String> threads() {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid() + "/task"))) {
      return tasks.flatMap(Part::threadName).collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      return Set.of(); // it has ended
    }
  }

  private static Stream<String> threadName(Path task) {
    try {
      return Stream.of(Files.readString(task.resolve("comm")).strip());
    } catch (IOException e) {
      return Stream.of(); // the thread has ended
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit code, once it has ended. */
  OptionalInt exitCode() {
    return isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Waits for its READY line and returns what follows it. */
  String awaitReady() {
    Eventually.holds(name + " is ready or has ended", () -> !isAlive() || ready().isPresent());
    return ready().orElseThrow(() -> new AssertionError(name + " ended early:\n" + lastWords()));
  }

  Optional<String> ready() {
    return log().lines().filter(l -> l.startsWith(READY)).reduce((a, b) -> b).map(Part::afterReady);
  }

  private static String afterReady(String line) {
    return line.substring(READY.length());
  }

  /** kill -9; returns when the process is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS), name + " survived SIGKILL");
  }

  /** SIGTERM; returns its exit code. */
  int terminate(Duration limit) throws InterruptedException {
    process.destroy();
    assertTrue(
        process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS),
        () -> name + " did not end within " + limit + " of SIGTERM:\n" + lastWords());
    return process.exitValue();
  }

  /** SIGSTOP; returns when the kernel says that it has stopped. */
  void freeze() throws IOException, InterruptedException {
    Signals.stop(process);
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    Signals.goOn(process);
  }

  /** Everything it has printed. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The end of its log, for the message of a failed test. */
  String lastWords() {
    List<String> lines = log().lines().toList();
    return "== "
        + name
        + " (pid "
        + pid()
        + (isAlive() ? "" : ", ended")
        + ")\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()))
        + "\n";
  }

  /** Ends it whatever it does. */
  void discard() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
  }
}
