package dev.voxelmill.gpu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A local installation with one worker, run by the launcher as a user would and removed at the end.
 * The other plane is reached through its commands only.
 */
final class BenchInstallation implements AutoCloseable {
  private static final String READY = "ready ";
  private static final long STOP_SECONDS = 30;

  private final Path launcher;
  private final TemporaryFolder directory;
  private final Process up;
  private String bootstrap = "";

  private BenchInstallation(Path home) throws IOException {
    launcher = home.resolve("voxelmill");
    directory = TemporaryFolder.create();
    up =
        new ProcessBuilder(
                launcher.toString(), "up", "--data", directory.path().toString(), "--port", "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  /**
   * One job as its worker saw it.
   *
   * @param workerCpuSeconds of the whole worker process, from submission to the fetched asset
   * @param busySeconds the device did steps, from the manifest
   * @param blockedSeconds it stood still for snapshots
   * @param gapSeconds between steps that were neither
   */
  record Job(
      double workerCpuSeconds, double busySeconds, double blockedSeconds, double gapSeconds) {
    /** Gaps and blocked time over device-busy time. */
    double idleShare() {
      return (gapSeconds + blockedSeconds) / busySeconds;
    }

    /** Blocked time over device-busy time. */
    double blockedShare() {
      return blockedSeconds / busySeconds;
    }
  }

  /** Starts it and waits until it takes requests. */
  static BenchInstallation start(Path home) throws IOException {
    BenchInstallation installation = new BenchInstallation(home);
    try {
      installation.awaitReady();
      return installation;
    } catch (IOException | RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    BufferedReader lines = up.inputReader();
    List<String> said = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.add(line);
      if (line.startsWith(READY)) {
        bootstrap = line.substring(READY.length()).strip();
        return;
      }
    }
    throw new IOException("the installation ended before it was ready: " + said);
  }

  /** Where its broker listens. */
  String bootstrap() {
    return bootstrap;
  }

  /** Submits a picture with these options, waits for its asset and fetches it. */
  Job run(Path picture, List<String> options) throws IOException {
    ProcessHandle worker = worker();
    Duration before = cpu(worker);
    Path out = Files.createTempDirectory(directory.path(), "asset");
    List<String> words =
        new ArrayList<>(List.of("submit", picture.toString(), "--out", out.toString()));
    words.addAll(options);
    command(words.toArray(String[]::new));
    Duration used = cpu(worker).minus(before);
    JsonNode manifest = JsonCodec.mapper().readTree(out.resolve("manifest.json").toFile());
    double busy = 0;
    double blocked = 0;
    double gaps = 0;
    for (JsonNode stage : manifest.path("stages")) {
      busy += stage.path("deviceSeconds").asDouble();
      blocked += stage.path("blockedSeconds").asDouble();
      gaps += stage.path("gapSeconds").asDouble();
    }
    return new Job(used.toNanos() / 1e9, busy, blocked, gaps);
  }

  private ProcessHandle worker() throws IOException {
    JsonNode fleet = JsonCodec.mapper().readTree(command("workers", "--json"));
    long pid = fleet.path("fleet").path("workers").path(0).path("pid").asLong();
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IOException("no worker of process " + pid + " lives: " + fleet));
  }

  private static Duration cpu(ProcessHandle process) throws IOException {
    Optional<Duration> total = process.info().totalCpuDuration();
    return total.orElseThrow(
        () -> new IOException("this system does not tell the processor time of " + process));
  }

  private String command(String... words) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(launcher.toString());
    line.addAll(List.of(words));
    line.addAll(List.of("--bootstrap", bootstrap));
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(line + " ended with " + code + ": " + said);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it waited for " + line, e);
    }
    return said;
  }

  @Override
  public void close() throws IOException {
    up.destroy();
    try {
      if (!up.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        up.destroyForcibly();
      }
    } catch (InterruptedException e) {
      up.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    directory.close();
  }
}
