package dev.voxelmill.actors.cli;

import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.Control;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.lifecycle.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Jobs as text. */
final class JobTable {
  private JobTable() {}

  /** One line per job. */
  static String overview(List<JobState> jobs) {
    StringBuilder text = new StringBuilder(row("JOB", "STATE", "WHERE", "SINCE"));
    for (JobState job : jobs) {
      text.append(row(job.job().key(), word(job), where(job), since(job).toString()));
    }
    return text.toString();
  }

  /** One job and each of its tasks or files. */
  static String details(JobState job) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%s  %s  %s  since %s%n", job.job(), word(job), where(job), since(job)));
    switch (job) {
      case AwaitedJob awaited -> {}
      case JobState.Active active ->
          active.tasks().forEach(task -> text.append(taskRow(active, task)));
      case JobState.Finished finished -> {
        if (finished.outcome() instanceof JobState.Succeeded succeeded) {
          succeeded
              .files()
              .forEach(
                  file ->
                      text.append(
                          String.format(
                              Locale.ROOT,
                              "  %-16s %9d bytes  sha256 %s%n",
                              file.name(),
                              file.blob().size(),
                              file.blob().sha256())));
        }
      }
    }
    return text.toString();
  }

  /** The state of a job in one word. */
  static String word(JobState job) {
    return switch (job) {
      case AwaitedJob awaited -> "awaited";
      case JobState.Active active ->
          switch (active.control().course()) {
            case Control.Going going -> active.started() ? "running" : "queued";
            case Control.Pausing pausing -> "pausing";
            case Control.Paused paused -> "paused";
          };
      case JobState.Finished finished ->
          switch (finished.outcome()) {
            case JobState.Succeeded succeeded -> "succeeded";
            case JobState.Failed failed -> "failed";
            case JobState.Cancelled cancelled -> "cancelled";
          };
    };
  }

  private static String where(JobState job) {
    return switch (job) {
      case AwaitedJob awaited -> awaited.commands().size() + " commands wait for its request";
      case JobState.Active active ->
          active.tasks().stream()
              .filter(task -> task.status().holder().isPresent())
              .map(task -> task.name() + " on " + task.status().holder().orElseThrow())
              .collect(Collectors.joining(", "));
      case JobState.Finished finished ->
          switch (finished.outcome()) {
            case JobState.Succeeded succeeded -> succeeded.files().size() + " files";
            case JobState.Failed failed ->
                failed.failure().code() + ": " + failed.failure().message();
            case JobState.Cancelled cancelled -> "by " + cancelled.commandId();
          };
    };
  }

  private static Instant since(JobState job) {
    return switch (job) {
      case AwaitedJob awaited -> awaited.commands().getFirst().until().minus(AwaitedJob.PATIENCE);
      case JobState.Active active -> active.acceptedAt();
      case JobState.Finished finished -> finished.finishedAt();
    };
  }

  private static String taskRow(JobState.Active job, TaskState task) {
    String text =
        switch (task.status()) {
          case TaskStatus.Waiting waiting -> "waiting for its inputs";
          case TaskStatus.Ready ready ->
              job.wants(task) ? "waiting for a worker" : "held until the job is resumed";
          case TaskStatus.Granted granted -> "granted to " + granted.worker();
          case TaskStatus.Running running -> "running on " + running.worker();
          case TaskStatus.Done done ->
              "done in "
                  + Narrator.seconds(done.cost().wallSeconds())
                  + " on "
                  + done.cost().worker();
        };
    String attempt = task.attempt() > 1 ? ", attempt " + task.attempt() : "";
    return String.format(Locale.ROOT, "  %-10s %s%s%n", task.name(), text, attempt);
  }

  private static String row(String job, String state, String where, String since) {
    return String.format(Locale.ROOT, "%-36s %-10s %-28s %s%n", job, state, where, since);
  }
}
