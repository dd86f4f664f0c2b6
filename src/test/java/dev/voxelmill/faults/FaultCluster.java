package dev.voxelmill.faults;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A broker, supervisors and workers, each a process of its own that nobody restarts: what is killed
 * stays dead until the test, or {@link #heal}, starts it again. An observer reads along.
 */
final class FaultCluster implements AutoCloseable {
  private final Path directory;
  private final Layout layout;
  private final PartStarter starter;
  private final List<Part> supervisors = new ArrayList<>();
  private final List<Part> workers = new ArrayList<>();
  private final InstallationClient client;
  private final Observer observer;
  private final JobFacts jobs;
  private Optional<Part> broker = Optional.empty();

  private FaultCluster(Path directory, Layout layout) {
    this.directory = directory;
    this.layout = layout;
    this.starter = new PartStarter(directory, layout);
    this.client = new InstallationClient(layout.installation());
    this.observer = new Observer(layout.installation());
    this.jobs = new JobFacts(observer);
  }

  /**
   * Starts everything and returns when placement sees every worker.
   *
   * @param directory for records and logs; deleted at the end
   */
  static FaultCluster start(Path directory, Layout layout) throws IOException {
    FaultCluster cluster = new FaultCluster(directory, layout);
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | AssertionError e) {
      System.err.println(cluster.lastWords());
      cluster.close();
      throw e;
    }
  }

  private void startAll() throws IOException {
    if (layout.ownBroker()) {
      startBroker().awaitReady();
    }
    for (int i = 0; i < layout.seeds().size(); i++) {
      supervisors.add(starter.supervisor(i));
    }
    for (int i = 0; i < layout.workers().size(); i++) {
      workers.add(starter.worker(i));
    }
    supervisors.forEach(Part::awaitReady);
    awaitWorkers();
  }

  Part startBroker() throws IOException {
    Part started = starter.broker();
    broker = Optional.of(started);
    return started;
  }

  /** Where the installation looks for the folders of pretrained models. */
  Path models() {
    return starter.models();
  }

  Layout layout() {
    return layout;
  }

  /** Where the broker's records are. */
  BrokerDisk disk() {
    return new BrokerDisk(starter.records());
  }

  Part broker() {
    return broker.orElseThrow();
  }

  Part supervisor(int index) {
    return supervisors.get(index);
  }

  List<Part> supervisors() {
    return List.copyOf(supervisors);
  }

  List<Part> workers() {
    return List.copyOf(workers);
  }

  /** Supervisors and workers. */
  List<Part> members() {
    return Stream.concat(supervisors.stream(), workers.stream()).toList();
  }

  Observer observer() {
    return observer;
  }

  /** What is known about jobs. */
  JobFacts jobs() {
    return jobs;
  }

  /** Who owns jobs. */
  Owners owners() {
    return new Owners(layout, Collections.unmodifiableList(supervisors));
  }

  /** Starts again whatever has ended, lets go on what is stopped, and waits until all is well. */
  void heal() throws IOException, InterruptedException {
    startAgain();
    supervisors.forEach(Part::awaitReady);
    awaitWorkers();
  }

  /** Starts again whatever has ended, lets go on what is stopped, and waits for the broker only. */
  void startAgain() throws IOException, InterruptedException {
    if (broker.isPresent() && !broker().isAlive()) {
      startBroker().awaitReady();
    }
    for (Part part : parts().toList()) {
      if (part.isAlive()) {
        part.thaw();
      }
    }
    for (int i = 0; i < supervisors.size(); i++) {
      if (!supervisors.get(i).isAlive()) {
        supervisors.set(i, starter.supervisor(i));
      }
    }
    for (int i = 0; i < workers.size(); i++) {
      if (!workers.get(i).isAlive()) {
        workers.set(i, starter.worker(i));
      }
    }
  }

  /** Waits until placement's newest snapshot shows every worker process that lives. */
  void awaitWorkers() {
    Eventually.holds(
        "placement sees every worker",
        () -> {
          List<Long> seen = fleetNow().map(FaultCluster::pids).orElse(List.of());
          return workers.stream().filter(Part::isAlive).map(Part::pid).allMatch(seen::contains);
        });
  }

  /** Makes intake and owners, whose processes must be away, read their topics anew. */
  void rewind() throws Exception {
    new ConsumerGroups(layout).rewind();
  }

  /** The newest snapshot, if it is fresh. */
  Optional<FleetRecord> fleetNow() {
    return observer.fleet().filter(fleet -> fleet.at().isAfter(Instant.now().minusSeconds(5)));
  }

  private static List<Long> pids(FleetRecord fleet) {
    return fleet.workers().stream().map(WorkerStatus::pid).toList();
  }

  /** Submits and returns the source position; sent again while the broker does not answer. */
  String submit(byte[] request) {
    return Eventually.present("a request is written", () -> sent(() -> client.submit(request)));
  }

  /**
   * Sends a command about a job, named by its word and the job, and returns its source position.
   */
  String order(String id, JobCommand.Order order) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    return order(new JobCommand(order.word() + "-" + id, job, order));
  }

  /** Sends a command and returns its source position. */
  String order(JobCommand command) {
    return Eventually.present("a command is written", () -> sent(() -> client.order(command)));
  }

  private static Optional<String> sent(Callable<String> sending) {
    try {
      return Optional.of(sending.call());
    } catch (UnreachableException e) {
      return Optional.empty();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until placement has given a worker up. */
  void awaitForgotten(Part worker) {
    Eventually.holds(
        worker.name() + " is forgotten",
        () -> fleetNow().filter(fleet -> !pids(fleet).contains(worker.pid())).isPresent());
  }

  /** The process that holds the live attempt of a task, by the job's newest record. */
  Part holder(String id, String task) {
    return Eventually.present(
        id + "/" + task + " is held by a worker",
        () ->
            jobs.tasks(id)
                .filter(state -> state.name().equals(task))
                .flatMap(this::holder)
                .findFirst());
  }

  /** The process that runs whichever task of the job runs now. */
  Optional<Part> anyHolder(String id) {
    return jobs.tasks(id).flatMap(this::holder).findFirst();
  }

  private Stream<Part> holder(TaskState task) {
    return task.status() instanceof TaskStatus.Running running
        ? workers.stream().filter(part -> isOf(running.worker(), part))
        : Stream.of();
  }

  private static boolean isOf(WorkerId worker, Part part) {
    return worker.name().startsWith("worker-" + part.pid() + "-");
  }

  /** Fails unless every promise was kept to everyone who ever submitted here. */
  void assertSound() throws InterruptedException {
    List<Finding> findings = observer.findings();
    if (!findings.isEmpty()) {
      StringBuilder text = new StringBuilder("broken promises:\n");
      findings.forEach(finding -> text.append("  ").append(finding).append('\n'));
      throw new AssertionError(text + lastWords());
    }
  }

  /** The end of every process's log. */
  String lastWords() {
    StringBuilder text = new StringBuilder();
    parts().forEach(part -> text.append(part.lastWords()));
    return text.toString();
  }

  private Stream<Part> parts() {
    return Stream.of(broker.stream(), supervisors.stream(), workers.stream()).flatMap(s -> s);
  }

  @Override
  public void close() {
    observer.close();
    try {
      for (Part part : parts().toList().reversed()) {
        part.discard();
      }
      deleteTree();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void deleteTree() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
