package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of a partition as their owner knows them: how they stand, and when they wake. */
final class KnownJobs {
  private final Duration remember;
  private final Map<JobId, JobState> states = new HashMap<>();
  private final Alarms alarms = new Alarms();
  private final Population population = new Population();

  /**
   * What a log remembers.
   *
   * @param remember how long a finished job is known
   */
  KnownJobs(Duration remember, Collection<JobState> remembered) {
    this.remember = remember;
    remembered.forEach(this::put);
  }

  Optional<JobState> find(JobId job) {
    return Optional.ofNullable(states.get(job));
  }

  /** Every job, seen through and not copied. */
  Map<JobId, JobState> byId() {
    return Collections.unmodifiableMap(states);
  }

  Population population() {
    return population;
  }

  void put(JobState next) {
    Optional<JobState> before = Optional.ofNullable(states.put(next.job(), next));
    population.changed(before, Optional.of(next));
    Optional<Instant> alarm = wakesAt(next);
    if (!alarm.equals(before.flatMap(this::wakesAt))) {
      alarm.ifPresent(at -> alarms.set(next.job(), at));
    }
  }

  /** Forgets a job of which nothing is to be done any more. */
  void forget(JobId job) {
    states.remove(job);
  }

  /** Takes the jobs that want to be woken by now. */
  List<JobState> due(Instant now) {
    return alarms.due(now).stream()
        .flatMap(job -> find(job).stream())
        .filter(state -> wakesAt(state).filter(at -> !at.isAfter(now)).isPresent())
        .toList();
  }

  /** A finished job wants nothing any more but to be forgotten. */
  private Optional<Instant> wakesAt(JobState state) {
    return state instanceof JobState.Finished finished
        ? Optional.of(finished.finishedAt().plus(remember))
        : state.wakesAt();
  }
}
