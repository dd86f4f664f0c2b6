package dev.voxelmill.actors.nemesis;

import dev.voxelmill.protocols.job.JobCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws a {@link Schedule}. Load, faults of processes and faults of clients have random numbers of
 * their own, so that a change of one leaves the others as they were. Every kind comes once, in
 * random order, before any comes again: a run of four minutes has them all.
 */
final class ScheduleDraw {
  private static final Range JOB_GAP = new Range(2500, 5500);
  private static final Range REAL_GAP = new Range(30_000, 60_000);
  private static final Range TROUBLE_GAP = new Range(15_000, 25_000);
  private static final Range PROCESS_GAP = new Range(5000, 18_000);
  private static final Range CLIENT_GAP = new Range(3000, 9000);

  /** From just beyond the lease of 2.5 s and the placement's patience to several of them. */
  private static final Range WORKER_FREEZE = new Range(4000, 9000);

  /** From what membership bears (3 s) to what it does not (5 s and more). */
  private static final Range SUPERVISOR_FREEZE = new Range(2000, 12_000);

  private static final Range BROKER_FREEZE = new Range(2000, 20_000);
  private static final Range COMMAND_DELAY = new Range(-1000, 8000);
  private static final Range PAUSE_TIME = new Range(500, 15_000);
  private static final int BURST_JOBS = 20;
  private static final int COPIES = 25;
  private static final long TROUBLE_START_MILLIS = 8000;

  private static final List<FaultKind> PROCESS =
      List.of(
          FaultKind.WORKER_KILLED,
          FaultKind.WORKERS_KILLED,
          FaultKind.WORKER_STOPPED,
          FaultKind.WORKER_FROZEN,
          FaultKind.WORKER_JOINED,
          FaultKind.WORKER_LEFT,
          FaultKind.SUPERVISOR_KILLED,
          FaultKind.SUPERVISORS_KILLED,
          FaultKind.SUPERVISOR_STOPPED,
          FaultKind.SUPERVISOR_FROZEN,
          FaultKind.BROKER_KILLED,
          FaultKind.BROKER_STOPPED,
          FaultKind.BROKER_FROZEN);

  private static final List<FaultKind> CLIENT =
      List.of(
          FaultKind.DUPLICATES,
          FaultKind.POISON,
          FaultKind.CANCEL,
          FaultKind.PAUSE,
          FaultKind.REPRIORITISE,
          FaultKind.BURST);

  private static final List<FaultKind> TROUBLE =
      List.of(
          FaultKind.NAN, FaultKind.OOM, FaultKind.DEVICE_ERROR, FaultKind.HANG, FaultKind.CRASH);

  private final long seed;
  private final Duration length;
  private final int supervisors;
  private final int workers;
  private final SplittableRandom loadRandom;
  private final SplittableRandom processRandom;
  private final SplittableRandom clientRandom;
  private final Load load;

  /** Workers that were added and not removed. */
  private final List<Integer> added = new ArrayList<>();

  private int lastWorker;
  private int commands;

  /** Milliseconds, from {@code least} to below {@code most}. */
  private record Range(long least, long most) {
    Duration draw(SplittableRandom random) {
      return Duration.ofMillis(random.nextLong(least, most));
    }
  }

  ScheduleDraw(long seed, Duration length, int supervisors, int workers) {
    this.seed = seed;
    this.length = length;
    this.supervisors = supervisors;
    this.workers = workers;
    this.lastWorker = workers;
    SplittableRandom root = new SplittableRandom(seed);
    this.loadRandom = root.split();
    this.processRandom = root.split();
    this.clientRandom = root.split();
    this.load = new Load(root.split());
  }

  Schedule draw() {
    List<Timed<PlannedJob>> jobs = jobs();
    return new Schedule(
        seed, length, supervisors, workers, jobs, processFaults(), clientFaults(jobs));
  }

  private List<Timed<PlannedJob>> jobs() {
    List<Timed<PlannedJob>> jobs = new ArrayList<>();
    for (Duration at : times(JOB_GAP, Duration.ZERO, loadRandom)) {
      jobs.add(new Timed<>(at, load.synthetic()));
    }
    for (Duration at : times(REAL_GAP, Duration.ZERO, loadRandom)) {
      jobs.add(new Timed<>(at, load.real()));
    }
    Kinds kinds = new Kinds(TROUBLE, loadRandom);
    Duration start = Duration.ofMillis(TROUBLE_START_MILLIS);
    for (Duration at : times(TROUBLE_GAP, start, loadRandom)) {
      jobs.add(new Timed<>(at, load.trouble(kinds.next())));
    }
    jobs.sort(Comparator.comparing(Timed::at));
    return jobs;
  }

  private List<Timed<Fault.OfProcess>> processFaults() {
    List<Timed<Fault.OfProcess>> faults = new ArrayList<>();
    Kinds kinds = new Kinds(PROCESS, processRandom);
    Duration at = PROCESS_GAP.draw(processRandom);
    while (at.compareTo(length) < 0) {
      Fault.OfProcess fault = processFault(kinds.next());
      faults.add(new Timed<>(at, fault));
      Duration busy = fault instanceof Fault.Freeze freeze ? freeze.time() : Duration.ZERO;
      at = at.plus(busy).plus(PROCESS_GAP.draw(processRandom));
    }
    return faults;
  }

  private Fault.OfProcess processFault(FaultKind kind) {
    int worker = 1 + processRandom.nextInt(workers);
    int supervisor = 1 + processRandom.nextInt(supervisors);
    return switch (kind) {
      case WORKER_KILLED -> new Fault.Kill(Role.WORKER, worker);
      case WORKERS_KILLED -> new Fault.KillAll(Role.WORKER);
      case WORKER_STOPPED -> new Fault.Stop(Role.WORKER, worker);
      case WORKER_FROZEN ->
          new Fault.Freeze(Role.WORKER, worker, WORKER_FREEZE.draw(processRandom));
      // Whichever comes first: a worker joins, and leaves the next time.
      case WORKER_JOINED, WORKER_LEFT -> added.isEmpty() ? join() : leave();
      case SUPERVISOR_KILLED -> new Fault.Kill(Role.SUPERVISOR, supervisor);
      case SUPERVISORS_KILLED -> new Fault.KillAll(Role.SUPERVISOR);
      case SUPERVISOR_STOPPED -> new Fault.Stop(Role.SUPERVISOR, supervisor);
      case SUPERVISOR_FROZEN ->
          new Fault.Freeze(Role.SUPERVISOR, supervisor, SUPERVISOR_FREEZE.draw(processRandom));
      case BROKER_KILLED -> new Fault.Kill(Role.BROKER, 1);
      case BROKER_STOPPED -> new Fault.Stop(Role.BROKER, 1);
      case BROKER_FROZEN -> new Fault.Freeze(Role.BROKER, 1, BROKER_FREEZE.draw(processRandom));
      default -> throw new IllegalArgumentException(kind + " is no fault of a process");
    };
  }

  private Fault.OfProcess join() {
    lastWorker++;
    added.add(lastWorker);
    return new Fault.Join(lastWorker);
  }

  private Fault.OfProcess leave() {
    return new Fault.Leave(added.removeFirst());
  }

  private List<Timed<Fault.OfClient>> clientFaults(List<Timed<PlannedJob>> jobs) {
    List<Timed<Fault.OfClient>> faults = new ArrayList<>();
    // A job that has to fail by its script would not, had it been cancelled before.
    List<Timed<PlannedJob>> targets =
        jobs.stream().filter(job -> job.what().trouble().isEmpty()).toList();
    Kinds kinds = new Kinds(CLIENT, clientRandom);
    for (Duration at : times(CLIENT_GAP, JOB_GAP.draw(clientRandom), clientRandom)) {
      Timed<PlannedJob> target = newestBefore(at, targets);
      Duration moment = notNegative(target.at().plus(COMMAND_DELAY.draw(clientRandom)));
      switch (kinds.next()) {
        case DUPLICATES -> faults.add(new Timed<>(at, new Fault.Duplicates(target.what(), COPIES)));
        case POISON -> faults.add(new Timed<>(at, poison()));
        case CANCEL ->
            faults.add(new Timed<>(moment, order(target.what(), new JobCommand.Cancel())));
        case PAUSE -> {
          faults.add(new Timed<>(moment, order(target.what(), new JobCommand.Pause())));
          Duration later = moment.plus(PAUSE_TIME.draw(clientRandom));
          faults.add(new Timed<>(later, order(target.what(), new JobCommand.Resume())));
        }
        case REPRIORITISE -> {
          int priority = clientRandom.nextInt(10);
          faults.add(
              new Timed<>(moment, order(target.what(), new JobCommand.Reprioritise(priority))));
        }
        case BURST -> faults.add(new Timed<>(at, burst()));
        default -> throw new IllegalStateException("not a fault of a client");
      }
    }
    faults.sort(Comparator.comparing(Timed::at));
    return faults;
  }

  private static Timed<PlannedJob> newestBefore(Duration at, List<Timed<PlannedJob>> jobs) {
    return jobs.stream()
        .filter(job -> job.at().compareTo(at) <= 0)
        .reduce((older, newer) -> newer)
        .orElse(jobs.getFirst());
  }

  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  private Fault.OfClient poison() {
    PoisonKind[] kinds = PoisonKind.values();
    return new Fault.Poison(kinds[clientRandom.nextInt(kinds.length)], clientRandom.nextLong());
  }

  private Fault.OfClient order(PlannedJob job, JobCommand.Order order) {
    commands++;
    return new Fault.Order(order.word() + "-" + commands, job.id(), order);
  }

  private Fault.OfClient burst() {
    List<PlannedJob> jobs = new ArrayList<>();
    for (int i = 0; i < BURST_JOBS; i++) {
      jobs.add(load.brief());
    }
    return new Fault.Burst(jobs);
  }

  private List<Duration> times(Range gap, Duration start, SplittableRandom random) {
    List<Duration> times = new ArrayList<>();
    for (Duration at = start; at.compareTo(length) < 0; at = at.plus(gap.draw(random))) {
      times.add(at);
    }
    return times;
  }

  /** Kinds in random order, all of them before any comes again. */
  private static final class Kinds {
    private final List<FaultKind> all;
    private final SplittableRandom random;
    private final List<FaultKind> left = new ArrayList<>();

    Kinds(List<FaultKind> all, SplittableRandom random) {
      this.all = all;
      this.random = random;
    }

    FaultKind next() {
      if (left.isEmpty()) {
        left.addAll(all);
      }
      return left.remove(random.nextInt(left.size()));
    }
  }
}
