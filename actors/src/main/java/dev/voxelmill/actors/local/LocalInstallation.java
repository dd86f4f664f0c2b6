package dev.voxelmill.actors.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The child processes of one machine. The broker comes first and goes last: workers give back what
 * they run by writing it to Kafka.
 */
public final class LocalInstallation implements AutoCloseable {
  /**
   * Seconds on an idle machine; a busy one, or a slow disk that libtorch is unpacked to, is slow.
   */
  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /**
   * A worker gives itself 10 s to write what it runs, which takes all of them when a step hangs or
   * no supervisor answers, and then 20 s to leave.
   */
  private static final Duration WORKER_STOP_LIMIT = Duration.ofSeconds(35);

  /** A supervisor gives itself 20 s to hand over and leave. */
  private static final Duration SUPERVISOR_STOP_LIMIT = Duration.ofSeconds(25);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

  private final InstallationPlan plan;
  private final Child broker;
  private final List<Child> supervisors;
  private final List<Child> workers;
  private final Child.Exits exits;
  private int lastWorker;
  private boolean closed;
  private boolean kept;

  private LocalInstallation(InstallationPlan plan, OnExit onExit) {
    this.plan = plan;
    this.kept = !plan.ephemeral();
    this.exits = onExit::ended;
    this.broker = child(plan.broker());
    this.supervisors = plan.supervisors().stream().map(this::child).toList();
    this.workers =
        new CopyOnWriteArrayList<>(plan.workerSpecs().stream().map(this::child).toList());
    this.lastWorker = plan.workers();
  }

  /** What happens between the broker and everyone who needs it. */
  public interface OnBroker {
    /** Called once, when the broker takes connections and nothing else runs. */
    void prepare(String bootstrap) throws InstallationException, InterruptedException;
  }

  /** Somebody who wants to know how processes end that were not told to by this class. */
  public interface OnExit {
    /** Called from the thread that keeps the part alive. */
    void ended(String part, long pid, int exitCode);
  }

  /**
   * Starts everything and waits until every process is ready; on failure nothing is left running.
   */
  public static LocalInstallation start(InstallationPlan plan, OnBroker onBroker)
      throws IOException, InterruptedException, InstallationException {
    return start(plan, onBroker, (part, pid, exitCode) -> {});
  }

  /** The same, and somebody hears of every process that ends. */
  public static LocalInstallation start(InstallationPlan plan, OnBroker onBroker, OnExit onExit)
      throws IOException, InterruptedException, InstallationException {
    if (!Ports.isFree(plan.port())) {
      throw new InstallationException(
          "port: " + plan.port() + " is taken (expected: free; fix: choose another with --port)");
    }
    Files.createDirectories(plan.logDirectory());
    LocalInstallation installation = new LocalInstallation(plan, onExit);
    Runtime.getRuntime().addShutdownHook(new Thread(installation::close, "stop-children"));
    try {
      installation.startInOrder(onBroker);
      return installation;
    } catch (InterruptedException | InstallationException | RuntimeException e) {
      installation.keepDirectory();
      installation.close();
      throw e;
    }
  }

  private void startInOrder(OnBroker onBroker) throws InterruptedException, InstallationException {
    broker.start();
    broker.awaitReady(START_LIMIT);
    onBroker.prepare(plan.bootstrap());
    List<Child> members = new ArrayList<>(supervisors);
    members.addAll(workers);
    members.forEach(Child::start);
    for (Child member : members) {
      member.awaitReady(START_LIMIT);
    }
  }

  /** Processes that are alive now, in the order of their start. */
  public List<Long> pids() {
    List<Child> all = new ArrayList<>(List.of(broker));
    all.addAll(supervisors);
    all.addAll(workers);
    return all.stream().map(Child::pid).filter(pid -> pid != 0).toList();
  }

  /** Names of the supervisors, such as {@code supervisor-1}. */
  public List<String> supervisors() {
    return supervisors.stream().map(Child::name).toList();
  }

  /** How many workers belong to it. */
  public int workerCount() {
    return workers.size();
  }

  /** Name of the worker that is this process now. */
  public Optional<String> worker(long pid) {
    return workers.stream().filter(worker -> worker.pid() == pid).map(Child::name).findFirst();
  }

  /** Kills a member as {@code kill -9} does; it stays away until {@link #bringBack}. */
  public void kill(String name) {
    member(name).end(true);
  }

  /** Tells a member to stop, by SIGTERM; it stays away until {@link #bringBack}. */
  public void terminate(String name) {
    member(name).end(false);
  }

  /** Starts a member again and waits until it is ready. */
  public void bringBack(String name) throws InterruptedException, InstallationException {
    member(name).release();
    member(name).awaitUp(START_LIMIT);
  }

  private Child member(String name) {
    return Stream.concat(supervisors.stream(), workers.stream())
        .filter(child -> child.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + ": no such member"));
  }

  /** Every process there is to be, in the order of their start. */
  public List<LocalPart> parts() {
    List<LocalPart> all = new ArrayList<>(List.of(broker));
    all.addAll(supervisors);
    all.addAll(workers);
    return all;
  }

  /** Starts one more worker and waits until it is ready. */
  public LocalPart addWorker() throws InterruptedException, InstallationException {
    Child added;
    synchronized (this) {
      if (closed) {
        throw new InstallationException("worker: not started, the installation is closed");
      }
      lastWorker++;
      added = child(plan.worker(lastWorker));
      workers.add(added);
    }
    added.start();
    added.awaitReady(START_LIMIT);
    return added;
  }

  /**
   * Tells a worker to leave for good.
   *
   * @return how it ended
   */
  public Ending removeWorker(String name) throws InterruptedException {
    Child leaving =
        workers.stream()
            .filter(worker -> worker.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("worker: " + name + " is unknown"));
    leaving.stop();
    Ending ending = leaving.awaitEnd(WORKER_STOP_LIMIT);
    workers.remove(leaving);
    return ending;
  }

  /** Leaves an ephemeral directory behind: what went wrong is in its logs. */
  public synchronized void keepDirectory() {
    kept = true;
  }

  /** Ends every child, workers first and the broker last, and waits until they are gone. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean interrupted = stop(workers, WORKER_STOP_LIMIT);
    interrupted |= stop(supervisors, SUPERVISOR_STOP_LIMIT);
    interrupted |= stop(List.of(broker), STOP_LIMIT);
    if (!kept) {
      deleteTree(plan.directory());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteTree(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + directory, e);
    }
  }

  /** Stops children side by side; an interrupt shortens the wait of none and is reported back. */
  private static boolean stop(List<Child> children, Duration limit) {
    children.forEach(Child::stop);
    boolean interrupted = false;
    for (Child child : children) {
      boolean ended = false;
      while (!ended) {
        try {
          child.awaitEnd(limit);
          ended = true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    return interrupted;
  }

  private Child child(ChildSpec spec) {
    return new Child(
        spec, plan.launcher().toString(), plan.logDirectory(), RestartPolicy.DEFAULT, exits);
  }
}
