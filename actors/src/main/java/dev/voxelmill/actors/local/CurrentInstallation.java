package dev.voxelmill.actors.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A small file that says where the installation of this user listens, so that a client on the same
 * machine needs no address. It is there while {@code ./voxelmill up} runs.
 */
public final class CurrentInstallation {
  private static final String BOOTSTRAP = "bootstrap";
  private static final String PID = "pid";

  private final Path file;

  CurrentInstallation(Path file) {
    this.file = file;
  }

  /** The file of the user who runs this process. */
  public static CurrentInstallation ofThisUser() {
    return new CurrentInstallation(
        Path.of(System.getProperty("user.home"), ".voxelmill", "current"));
  }

  /** Records an installation of this process; the newest one wins. */
  public void record(String bootstrap) throws IOException {
    Properties properties = new Properties();
    properties.setProperty(BOOTSTRAP, bootstrap);
    properties.setProperty(PID, Long.toString(ProcessHandle.current().pid()));
    Files.createDirectories(file.getParent());
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, "where ./voxelmill up listens");
    }
  }

  /** Its address, unless none was recorded or its process is gone. */
  public Optional<String> bootstrap() {
    return read()
        .filter(properties -> isAlive(properties.getProperty(PID, "")))
        .map(properties -> properties.getProperty(BOOTSTRAP));
  }

  /** Removes the file if it is about this process. */
  public void forget() {
    boolean ours =
        read()
            .filter(
                properties ->
                    properties.getProperty(PID, "").equals("" + ProcessHandle.current().pid()))
            .isPresent();
    if (ours) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + file, e);
      }
    }
  }

  private Optional<Properties> read() {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      Properties properties = new Properties();
      properties.load(reader);
      return Optional.of(properties);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static boolean isAlive(String pid) {
    return pid.matches("\\d{1,18}")
        && ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
  }
}
