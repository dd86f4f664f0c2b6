package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.FleetRecord.WaitReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What waits for a worker, as text: by tenant first, then the tasks that are next. */
final class QueueTable {
  private static final String TENANT = "%-22s %6s %8s %8s %9s %8s  %s%n";
  private static final String TASK = "%-44s %8s %8s  %s%n";

  private QueueTable() {}

  /** Ages are those at the time of the snapshot. */
  static String text(FleetTable.Snapshot snapshot, int limit) {
    FleetRecord fleet = snapshot.fleet();
    StringBuilder text = new StringBuilder(FleetTable.warnings(snapshot));
    if (fleet.queued() == 0) {
      return text.append(String.format("nothing waits%n")).toString();
    }
    text.append(
        String.format(
            Locale.ROOT,
            TENANT,
            "TENANT",
            "WEIGHT",
            "DEVICES",
            "SECONDS",
            "WAITING",
            "OLDEST",
            "BY PRIORITY"));
    fleet.tenants().forEach(tenant -> text.append(tenant(tenant, fleet.at())));
    more(text, fleet.tenantCount() - fleet.tenants().size(), "tenants");
    text.append(System.lineSeparator())
        .append(String.format(Locale.ROOT, TASK, "NEXT", "PRIORITY", "AGE", "WHY"));
    List<FleetRecord.Queued> shown = fleet.queue().stream().limit(limit).toList();
    shown.forEach(task -> text.append(task(task, fleet.at())));
    more(text, fleet.queued() - shown.size(), "tasks");
    return text.toString();
  }

  private static String tenant(FleetRecord.Tenant tenant, Instant now) {
    String oldest =
        tenant.waiting().stream()
            .map(FleetRecord.Waiting::oldest)
            .min(Comparator.naturalOrder())
            .map(since -> age(since, now))
            .orElse("-");
    String priorities =
        tenant.waiting().stream()
            .map(waiting -> waiting.priority() + ": " + waiting.tasks())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        TENANT,
        tenant.name(),
        String.format(Locale.ROOT, "%.4g", tenant.weight()),
        tenant.devices(),
        String.format(Locale.ROOT, "%.0f", tenant.deviceSeconds()),
        tenant.waiting().stream().mapToInt(FleetRecord.Waiting::tasks).sum(),
        oldest,
        priorities);
  }

  private static String task(FleetRecord.Queued task, Instant now) {
    return String.format(
        Locale.ROOT, TASK, task.task(), task.priority(), age(task.since(), now), why(task));
  }

  private static String why(FleetRecord.Queued task) {
    return switch (task.reason()) {
      case WaitReason.PROPOSED -> "proposed to " + task.proposed().getFirst();
      case WaitReason.LISTENING -> "placement has just started";
      case WaitReason.NO_WORKER -> "no worker takes tasks";
      case WaitReason.NO_MEMORY -> "no worker has enough memory";
      case WaitReason.BUSY -> "every worker is busy";
    };
  }

  private static void more(StringBuilder text, int count, String what) {
    if (count > 0) {
      text.append(String.format(Locale.ROOT, "and %,d more %s%n", count, what));
    }
  }

  private static String age(Instant since, Instant now) {
    return Narrator.seconds(Math.max(0, Duration.between(since, now).toMillis()) / 1000.0);
  }
}
