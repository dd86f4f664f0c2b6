package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;

/** The fleet as text; {@code JOB/TASK#2 40/100} is the second attempt, at step 40 of 100. */
final class FleetTable {
  /** Placement writes every second; after this long nobody may be writing at all. */
  static final Duration STALE_AFTER = Duration.ofSeconds(5);

  private static final String ROW = "%-22s %-8s %-15s %-8s %-28s %-8s %-24s %s%n";

  private FleetTable() {}

  /** What {@code --json} prints. */
  record Snapshot(boolean stale, double ageSeconds, FleetRecord fleet) {
    static Snapshot of(FleetRecord fleet, Instant now) {
      Duration age = Duration.between(fleet.at(), now);
      return new Snapshot(age.compareTo(STALE_AFTER) > 0, age.toMillis() / 1000.0, fleet);
    }
  }

  /** The newest snapshot there is. */
  static Snapshot newest(Connection connection) throws CommandException {
    return Snapshot.of(
        connection
            .client()
            .fleet()
            .orElseThrow(
                () ->
                    new CommandException(
                        Exit.NOT_FOUND, "fleet: no snapshot yet (fix: start a supervisor)")),
        Instant.now());
  }

  /** What a person has to know before anything else: a line each, mostly none. */
  static String warnings(Snapshot snapshot) {
    StringBuilder text = new StringBuilder();
    if (snapshot.stale()) {
      text.append(
          String.format(
              Locale.ROOT,
              "stale: nobody has written for %s; this is how it was%n",
              Narrator.seconds(snapshot.ageSeconds())));
    }
    for (FleetRecord.Contested contested : snapshot.fleet().contested()) {
      text.append(
          String.format(
              Locale.ROOT,
              "ALARM: partition %d is contested, its owner was fenced %d times within a minute and"
                  + " its jobs hardly go on (fix: look for a split cluster, or a second installation"
                  + " on the same topics.prefix)%n",
              contested.partition(),
              contested.fencings()));
    }
    return text.toString();
  }

  static String text(Snapshot snapshot) {
    StringBuilder text = new StringBuilder(warnings(snapshot));
    text.append(
        String.format(
            Locale.ROOT,
            ROW,
            "WORKER",
            "PID",
            "HOST",
            "DEVICE",
            "CLASS",
            "MEMORY",
            "MODELS",
            "RUNNING"));
    for (WorkerStatus worker : snapshot.fleet().workers()) {
      text.append(
          String.format(
              Locale.ROOT,
              ROW,
              worker.id(),
              worker.pid(),
              worker.host(),
              worker.device(),
              worker.deviceClass(),
              new ByteSize(worker.memoryBytes()),
              worker.residentModels().isEmpty() ? "-" : String.join(",", worker.residentModels()),
              running(worker)));
    }
    int more = snapshot.fleet().workerCount() - snapshot.fleet().workers().size();
    if (more > 0) {
      text.append(String.format(Locale.ROOT, "and %d more workers%n", more));
    }
    text.append(String.format(Locale.ROOT, "%d waiting for a worker%n", snapshot.fleet().queued()));
    return text.toString();
  }

  private static String running(WorkerStatus worker) {
    if (worker.running().isEmpty()) {
      if (worker.quarantined()) {
        return "quarantined";
      }
      return worker.draining() ? "draining" : "idle";
    }
    return worker.running().stream()
        .map(
            task ->
                String.format(
                    Locale.ROOT,
                    "%s#%d %d/%d",
                    task.task(),
                    task.attempt(),
                    task.progress().step(),
                    task.progress().total()))
        .collect(Collectors.joining(", "));
  }
}
