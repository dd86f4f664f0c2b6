package dev.voxelmill.actors.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Small files that say where the installations of this user listen, so that a client on the same
 * machine needs no address: one for each {@code ./voxelmill up}, named by its process, while that
 * runs. Whoever asks is told the newest; when that one ends, the one before it counts again.
 */
public final class RunningInstallations {
  private static final String ENDING = ".properties";
  private static final String BOOTSTRAP = "bootstrap";
  private static final String SINCE = "since";

  private final Path directory;

  /** What a file says. */
  private record Listed(String bootstrap, Instant since) {}

  RunningInstallations(Path directory) {
    this.directory = directory;
  }

  /** Those of the user who runs this process. */
  public static RunningInstallations ofThisUser() {
    return new RunningInstallations(
        Path.of(System.getProperty("user.home"), ".voxelmill", "running"));
  }

  /** Records an installation that a process runs; what is left of processes that ended goes. */
  public void record(long pid, String bootstrap, Instant since) throws IOException {
    Files.createDirectories(directory);
    for (Path file : files()) {
      if (!isAlive(file)) {
        Files.deleteIfExists(file);
      }
    }
    Properties properties = new Properties();
    properties.setProperty(BOOTSTRAP, bootstrap);
    properties.setProperty(SINCE, since.toString());
    Path whole = directory.resolve(pid + ".part");
    try (Writer writer = Files.newBufferedWriter(whole)) {
      properties.store(writer, "where ./voxelmill up listens");
    }
    Files.move(whole, file(pid), ATOMIC_MOVE);
  }

  /** The address of the newest installation whose process is alive. */
  public Optional<String> newest() {
    return files().stream()
        .filter(RunningInstallations::isAlive)
        .flatMap(file -> read(file).stream())
        .max(Comparator.comparing(Listed::since))
        .map(Listed::bootstrap);
  }

  /** Forgets the installation of a process. */
  public void forget(long pid) {
    try {
      Files.deleteIfExists(file(pid));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file(pid), e);
    }
  }

  private Path file(long pid) {
    return directory.resolve(pid + ENDING);
  }

  private List<Path> files() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(ENDING)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  private static boolean isAlive(Path file) {
    String pid = file.getFileName().toString().replace(ENDING, "");
    return pid.matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Nothing when its process has just ended. */
  private static Optional<Listed> read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      return Optional.of(
          new Listed(
              properties.getProperty(BOOTSTRAP), Instant.parse(properties.getProperty(SINCE))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
