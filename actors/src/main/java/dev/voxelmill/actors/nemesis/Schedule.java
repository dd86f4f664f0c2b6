package dev.voxelmill.actors.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that a run does, decided in advance: a pure function of its arguments.
 *
 * @param seed everything is drawn from it
 * @param length faults begin before it is over
 * @param supervisors how many the installation has
 * @param workers how many it begins with
 * @param jobs the steady load, in the order of time
 * @param process faults of processes, in the order of time
 * @param clients faults of clients, in the order of time
 */
public record Schedule(
    long seed,
    Duration length,
    int supervisors,
    int workers,
    List<Timed<PlannedJob>> jobs,
    List<Timed<Fault.OfProcess>> process,
    List<Timed<Fault.OfClient>> clients) {
  public Schedule {
    if (supervisors < 1 || workers < 1 || length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException(
          "supervisors: %d, workers: %d, length: %s (expected: all > 0)"
              .formatted(supervisors, workers, length));
    }
    jobs = List.copyOf(jobs);
    process = List.copyOf(process);
    clients = List.copyOf(clients);
  }

  /** The schedule of a seed. */
  public static Schedule of(long seed, Duration length, int supervisors, int workers) {
    return new ScheduleDraw(seed, length, supervisors, workers).draw();
  }

  /** Every job that is to be submitted, those of bursts included. */
  List<PlannedJob> allJobs() {
    return Stream.concat(
            jobs.stream().map(Timed::what),
            clients.stream()
                .map(Timed::what)
                .filter(Fault.Burst.class::isInstance)
                .flatMap(burst -> ((Fault.Burst) burst).jobs().stream()))
        .toList();
  }

  /** How often each kind of fault is planned; 0 of none is left out. */
  Map<FaultKind, Long> planned() {
    return Stream.of(
            process.stream().map(timed -> timed.what().kind()),
            clients.stream().map(timed -> timed.what().kind()),
            allJobs().stream().flatMap(job -> job.trouble().stream()))
        .flatMap(Function.identity())
        .collect(
            Collectors.groupingBy(
                Function.identity(), () -> new EnumMap<>(FaultKind.class), Collectors.counting()));
  }

  /** One line per act, in the order of time. */
  public String text() {
    List<Timed<?>> all = new ArrayList<>(jobs);
    all.addAll(process);
    all.addAll(clients);
    all.sort(Comparator.comparing(Timed::at));
    StringBuilder text =
        new StringBuilder(
            "seed %d, %d s, %d supervisors, %d workers%n"
                .formatted(seed, length.toSeconds(), supervisors, workers));
    for (Timed<?> timed : all) {
      text.append(
          String.format(Locale.ROOT, "%8.1f s  %s%n", timed.at().toMillis() / 1e3, timed.what()));
    }
    return text.toString();
  }
}
