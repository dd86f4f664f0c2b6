package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.actors.history.HistoryReader;
import dev.voxelmill.actors.history.HistoryReport;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.storage.topics.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Carries a {@link Schedule} out: one thread does to the processes what it says, one acts as their
 * clients, and the caller's reads along. Nothing begins before its time; on a busy machine
 * everything may begin later, so that no fault is left out.
 */
public final class Nemesis {
  private static final Duration READ_PAUSE = Duration.ofSeconds(5);
  private static final Duration TOLD_EVERY = Duration.ofSeconds(15);

  private final Schedule schedule;
  private final Exits exits = new Exits();
  private final Receipts receipts = new Receipts();
  private final Evidence evidence = new Evidence();
  private final Consumer<String> log;

  // By identity: the same may be done twice.
  private final IdentityHashMap<Fault, Proof> proofs = new IdentityHashMap<>();

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private long startNanos;
  private long toldNanos;

  /**
   * A run.
   *
   * @param log hears what is done, a line each; called from several threads
   */
  public Nemesis(Schedule schedule, Consumer<String> log) {
    this.schedule = schedule;
    this.log = log;
  }

  /** To be told of every process that ends. */
  public LocalInstallation.OnExit onExit() {
    return exits;
  }

  /**
   * Runs the schedule and waits until everything has ended.
   *
   * @param running what it is done to; it must tell {@link #onExit} of its exits
   * @param heal how long it may take, after the last fault, until every job has ended
   * @return the verdict
   */
  public Verdict run(
      LocalInstallation running, Installation installation, String imageBase64, Duration heal)
      throws InterruptedException {
    Processes processes = new Processes(running, new InstallationClient(installation), exits);
    try (Clients clients = new Clients(installation, imageBase64, receipts);
        HistoryReader reader = HistoryReader.open(installation, evidence)) {
      startNanos = System.nanoTime();
      toldNanos = startNanos;
      List<Thread> actors =
          List.of(
              start("nemesis-processes", () -> actOnProcesses(processes)),
              start("nemesis-clients", () -> actAsClients(clients)));
      try {
        while (actors.stream().anyMatch(Thread::isAlive)) {
          Thread.sleep(READ_PAUSE);
          read(reader);
        }
      } finally {
        for (Thread actor : actors) {
          actor.interrupt();
          actor.join();
        }
      }
      if (failure.get() != null) {
        throw new IllegalStateException("cut short: " + failure.get(), failure.get());
      }
      return settle(processes, reader, clients, heal);
    }
  }

  private Verdict settle(Processes processes, HistoryReader reader, Clients clients, Duration limit)
      throws InterruptedException {
    long healNanos = System.nanoTime();
    tell("the last fault is over; waiting for every process and every job");
    if (!processes.awaitAll(limit)) {
      tell("not every process has come back");
    }
    clients.flush();
    Optional<HistoryReport> report = read(reader);
    while ((report.isEmpty() || !report.get().open().isEmpty())
        && System.nanoTime() - healNanos < limit.toNanos()) {
      Thread.sleep(READ_PAUSE.dividedBy(5));
      report = read(reader);
    }
    double healSeconds = (System.nanoTime() - healNanos) / 1e9;
    HistoryReport last =
        report.orElseThrow(
            () -> new IllegalStateException("the broker has not come back within " + limit));
    return new Judgement(schedule, proofs, receipts, exits, evidence)
        .verdict(last.closed(), healSeconds);
  }

  /** Reads on; nothing while the broker is away. */
  private Optional<HistoryReport> read(HistoryReader reader) throws InterruptedException {
    try {
      HistoryReport report = reader.read();
      if (System.nanoTime() - toldNanos > TOLD_EVERY.toNanos()) {
        toldNanos = System.nanoTime();
        tell(
            "%d accepted, %d ended, %d exits, %d findings"
                .formatted(
                    evidence.accepted(), evidence.ended(), exits.count(), report.broken().size()));
      }
      return Optional.of(report);
    } catch (UnreachableException e) {
      return Optional.empty();
    }
  }

  private void actOnProcesses(Processes processes) throws InterruptedException {
    for (Timed<Fault.OfProcess> timed : schedule.process()) {
      awaitTime(timed.at());
      tell(timed.what().toString());
      Proof proof;
      try {
        proof = processes.carryOut(timed.what());
      } catch (IOException e) {
        throw new UncheckedIOException(timed.what() + ": " + e.getMessage(), e);
      }
      if (!proof.fired()) {
        tell("NOT FIRED: " + timed.what() + ": " + proof.how());
      }
      proofs.put(timed.what(), proof);
    }
  }

  private void actAsClients(Clients clients) throws InterruptedException {
    List<Timed<?>> acts = new ArrayList<>(schedule.jobs());
    acts.addAll(schedule.clients());
    acts.sort(Comparator.comparing(Timed::at));
    for (Timed<?> act : acts) {
      awaitTime(act.at());
      switch (act.what()) {
        case PlannedJob job -> clients.submit(job);
        case Fault.OfClient fault -> {
          tell(fault.toString());
          clients.carryOut(fault);
        }
        default -> throw new IllegalStateException("no act of a client: " + act.what());
      }
    }
  }

  private interface Acting {
    void act() throws InterruptedException;
  }

  private Thread start(String name, Acting acting) {
    return Thread.ofPlatform()
        .name(name)
        .start(
            () -> {
              try {
                acting.act();
              } catch (InterruptedException e) {
                // Only run() interrupts, when it has already failed.
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                failure.set(e);
              }
            });
  }

  private void awaitTime(Duration at) throws InterruptedException {
    long left = at.toNanos() - (System.nanoTime() - startNanos);
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  private void tell(String what) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    log.accept(String.format(Locale.ROOT, "%8.1f s  %s", seconds, what));
  }
}
