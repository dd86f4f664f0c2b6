package dev.voxelmill.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./voxelmill} as a user does; the build before these tests has made its jars. */
public final class Launcher {
  private static final Path HOME = Path.of(System.getProperty("voxelmill.home"));

  private Launcher() {}

  /** What a command left behind. */
  record Ended(int exitCode, String out, String err) {}

  /** The root of the checkout. */
  public static Path home() {
    return HOME;
  }

  /** The picture that the demo submits. */
  public static Path picture() {
    return HOME.resolve("conf").resolve("demo").resolve("car.png");
  }

  /** Starts a command; its output goes to files in {@code directory}. */
  public static Process start(Path directory, List<String> arguments) throws IOException {
    return start(directory, arguments, Map.of());
  }

  /** Starts a command with more in its environment. */
  static Process start(Path directory, List<String> arguments, Map<String, String> environment)
      throws IOException {
    List<String> line = new ArrayList<>(List.of(HOME.resolve("voxelmill").toString()));
    line.addAll(arguments);
    return startLine(directory, line, environment);
  }

  private static Process startLine(
      Path directory, List<String> line, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().putAll(environment);
    // Maven's own JDK is not the one that the launcher has to find.
    builder.environment().remove("JAVA_HOME");
    builder.environment().put("VOXELMILL_BUILT", "1");
    return builder
        .redirectOutput(directory.resolve("out.txt").toFile())
        .redirectError(directory.resolve("err.txt").toFile())
        .start();
  }

  /** Runs a command to its end. */
  static Ended run(Path directory, Duration limit, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(HOME.resolve("voxelmill").toString()));
    line.addAll(List.of(arguments));
    return runLine(directory, limit, line);
  }

  /** Runs one of the README's examples as it shows them: as a source file. */
  static Ended example(Path directory, Duration limit, String name, String... arguments)
      throws IOException, InterruptedException {
    Path classPath = HOME.resolve("actors").resolve("target").resolve("classpath.txt");
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                Files.readString(classPath).strip(),
                HOME.resolve("docs").resolve("examples").resolve(name + ".java").toString()));
    line.addAll(List.of(arguments));
    return runLine(directory, limit, line);
  }

  private static Ended runLine(Path directory, Duration limit, List<String> line)
      throws IOException, InterruptedException {
    Path own = Files.createTempDirectory(directory, "run-");
    Process process = startLine(own, line, Map.of());
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            String.join(" ", line) + ": did not end within " + limit + ": " + printed(own));
      }
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(own.resolve("out.txt"), StandardCharsets.UTF_8),
        Files.readString(own.resolve("err.txt"), StandardCharsets.UTF_8));
  }

  /** What a started command has printed so far, errors last. */
  public static String printed(Path directory) {
    try {
      return Files.readString(directory.resolve("out.txt"))
          + Files.readString(directory.resolve("err.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
