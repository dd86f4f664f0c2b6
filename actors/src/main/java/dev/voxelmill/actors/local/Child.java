package dev.voxelmill.actors.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process that is kept alive: one thread starts it, copies its output to its log, waits for
 * its end and starts it again as {@link RestartPolicy} says, until {@link #stop}.
 *
 * <p>A child is ready when it prints a line that begins with {@code READY}. The first life must
 * become ready; a child that ends before it was ever ready is not started again, since nothing will
 * have changed.
 */
final class Child implements LocalPart {
  private static final Logger LOG = LoggerFactory.getLogger(Child.class);
  private static final String READY = "READY";

  /** Every JVM reads it; the launcher's own options come after it and win. */
  private static final String JVM_OPTIONS = "JDK_JAVA_OPTIONS";

  private final ChildSpec spec;
  private final List<String> commandLine;
  private final Path log;
  private final RestartPolicy policy;
  private final Exits exits;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Thread keeper;
  private final Object lock = new Object();

  // Guarded by lock.
  private boolean stopping;
  private boolean held;
  private boolean up;
  private Process process;

  /** Somebody who wants to know how processes end. */
  interface Exits {
    void onExit(String name, long pid, int exitCode);
  }

  Child(ChildSpec spec, String launcher, Path logDirectory, RestartPolicy policy) {
    this(spec, launcher, logDirectory, policy, (name, pid, exitCode) -> {});
  }

  Child(ChildSpec spec, String launcher, Path logDirectory, RestartPolicy policy, Exits exits) {
    this.exits = exits;
    this.spec = spec;
    this.commandLine = spec.commandLine(launcher);
    this.log = logDirectory.resolve(spec.name() + ".log");
    this.policy = policy;
    this.keeper = new Thread(this::keep, "keeper-" + spec.name());
    this.keeper.setDaemon(true);
  }

  void start() {
    keeper.start();
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public long pid() {
    synchronized (lock) {
      return process != null && process.isAlive() ? process.pid() : 0;
    }
  }

  @Override
  public boolean isReady() {
    synchronized (lock) {
      return up && process.isAlive();
    }
  }

  /**
   * What the child printed after {@code READY}.
   *
   * @throws InstallationException if it ended first or took longer than {@code within}
   */
  String awaitReady(Duration within) throws InterruptedException, InstallationException {
    try {
      return ready.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new InstallationException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new InstallationException(
          spec.name() + ": not ready after " + within.toSeconds() + " s (see " + log + ")", e);
    }
  }

  /**
   * Ends the present life, and no other begins until {@link #release}.
   *
   * @param atOnce true for SIGKILL, false for SIGTERM
   */
  void end(boolean atOnce) {
    synchronized (lock) {
      held = true;
      up = false;
      // By its handle: Process would close the streams too, and the keeper, should it just be about
      // to read on, would take that for a child that cannot be started.
      if (process != null && atOnce) {
        process.toHandle().destroyForcibly();
      } else if (process != null) {
        process.toHandle().destroy();
      }
    }
  }

  /** Lets the next life begin. */
  void release() {
    synchronized (lock) {
      held = false;
      lock.notifyAll();
    }
  }

  /**
   * Waits until the present life, or the next, has said that it is ready.
   *
   * @throws InstallationException if it takes longer than {@code within}
   */
  void awaitUp(Duration within) throws InterruptedException, InstallationException {
    long end = System.nanoTime() + within.toNanos();
    synchronized (lock) {
      for (long left = within.toMillis(); !up; left = (end - System.nanoTime()) / 1_000_000) {
        if (left <= 0) {
          throw new InstallationException(
              spec.name() + ": not ready after " + within.toSeconds() + " s (see " + log + ")");
        }
        lock.wait(left);
      }
    }
  }

  /** Asks the child to end; {@link #awaitEnd} waits for it. */
  void stop() {
    synchronized (lock) {
      stopping = true;
      if (process != null) {
        process.destroy();
      }
    }
    keeper.interrupt();
  }

  /**
   * Waits for the end of a stopped child and kills it if it takes longer than {@code within}.
   *
   * @return the end of its last life
   */
  Ending awaitEnd(Duration within) throws InterruptedException {
    Process last;
    synchronized (lock) {
      last = process;
    }
    boolean forced = last != null && !last.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    if (forced) {
      LOG.warn("{} did not end within {} s and is killed", spec.name(), within.toSeconds());
      last.destroyForcibly().waitFor();
    }
    keeper.join();
    return last == null ? Ending.NEVER_LIVED : new Ending(last.pid(), last.exitValue(), forced);
  }

  private void keep() {
    int shortLives = 0;
    try {
      while (true) {
        awaitRelease();
        long startNanos = System.nanoTime();
        String end = live();
        if (isStopping()) {
          return;
        }
        if (!ready.isDone()) {
          ready.completeExceptionally(neverReady(end));
          return;
        }
        Duration lived = Duration.ofNanos(System.nanoTime() - startNanos);
        RestartPolicy.Restart restart = policy.afterExit(shortLives, lived);
        shortLives = restart.shortLives();
        LOG.warn(
            "{} {} after {} s; it starts again in {} ms",
            spec.name(),
            end,
            lived.toSeconds(),
            restart.pause().toMillis());
        Thread.sleep(restart.pause());
      }
    } catch (InterruptedException e) {
      // Only stop() interrupts; the process, if any, is ended by it.
      ready.completeExceptionally(neverReady("was stopped"));
    }
  }

  /** One life of the process; returns how it ended. */
  private String live() throws InterruptedException {
    try {
      return "ended with exit code " + run();
    } catch (IOException e) {
      return "cannot be started: " + e.getMessage();
    }
  }

  /** Starts the process and waits for its end; returns its exit code. */
  private int run() throws IOException, InterruptedException {
    Process started;
    synchronized (lock) {
      if (stopping) {
        return 0;
      }
      ProcessBuilder builder = new ProcessBuilder(commandLine);
      builder.environment().put("VOXELMILL_BUILT", "1");
      builder.environment().put("VOXELMILL_CHILD", "1");
      if (!spec.settings().isEmpty()) {
        String given = builder.environment().getOrDefault(JVM_OPTIONS, "");
        builder.environment().put(JVM_OPTIONS, spec.jvmOptions(given));
      }
      builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      started = builder.start();
      process = started;
      up = false;
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        copy(line);
        if (line.startsWith(READY)) {
          onReady(line);
        }
      }
    }
    int exitCode = started.waitFor();
    exits.onExit(spec.name(), started.pid(), exitCode);
    return exitCode;
  }

  /** A full disk costs the line, never the child: whatever it says is heard all the same. */
  private void copy(String line) {
    try {
      Files.writeString(
          log, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.warn("{}: cannot be written: {} (fix: make room there)", log, e.getMessage());
    }
  }

  private void awaitRelease() throws InterruptedException {
    synchronized (lock) {
      up = false;
      while (held && !stopping) {
        lock.wait();
      }
    }
  }

  private void onReady(String line) {
    // Whoever hears that it is ready may end it at once: what comes after must not undo that.
    synchronized (lock) {
      up = !held && process.isAlive();
      lock.notifyAll();
    }
    ready.complete(line.substring(READY.length()).strip());
  }

  private boolean isStopping() {
    synchronized (lock) {
      return stopping;
    }
  }

  private IllegalStateException neverReady(String how) {
    return new IllegalStateException(spec.name() + ": " + how + lastWords() + " (see " + log + ")");
  }

  /** The last line of the log: most often it says why. */
  private String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "" : ": " + lines.getLast().strip();
    } catch (IOException e) {
      // The message names the log, where there is nothing to read.
      return "";
    }
  }
}
