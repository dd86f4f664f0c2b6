package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Which jobs want to hear of which time. An alarm is never taken back: a job whose time has changed
 * is woken in vain, which costs less than to look for its old alarm.
 */
final class Alarms {
  private record Alarm(Instant at, JobId job) {}

  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparing(Alarm::at).thenComparing(Alarm::job));

  void set(JobId job, Instant at) {
    alarms.add(new Alarm(at, job));
  }

  /** The time of the next alarm. */
  Optional<Instant> next() {
    return Optional.ofNullable(alarms.peek()).map(Alarm::at);
  }

  /** Takes the jobs whose time has come, each once. */
  List<JobId> due(Instant now) {
    List<JobId> jobs = new ArrayList<>();
    while (!alarms.isEmpty() && !alarms.peek().at().isAfter(now)) {
      JobId job = alarms.remove().job();
      if (!jobs.contains(job)) {
        jobs.add(job);
      }
    }
    return jobs;
  }
}
