package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.lifecycle.TaskState;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the stored states of one job may be, one after another. */
final class StateCheck implements HistoryCheck.Check {
  private final Findings found = new Findings();
  private final Map<JobId, Known> jobs = new HashMap<>();

  /** What is remembered of a job. */
  private static final class Known {
    private long seq;
    private Optional<JobState.Outcome> outcome = Optional.empty();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, WorkerId> holders = new HashMap<>();
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Observation.Stored(JobState state)) {
      Known known = jobs.computeIfAbsent(state.job(), first -> new Known());
      found.checked(Promise.STATE);
      if (state.seq() < known.seq) {
        found.broken(
            Promise.STATE,
            state.job().key(),
            "number %d after %d".formatted(state.seq(), known.seq));
      }
      known.seq = state.seq();
      if (known.outcome.isPresent()
          && !(state instanceof JobState.Finished still
              && still.outcome().equals(known.outcome.get()))) {
        found.broken(Promise.STATE, state.job().key(), "changed after its end");
      }
      switch (state) {
        case JobState.Active active -> onTasks(active, known);
        case JobState.Finished finished -> {
          known.outcome = Optional.of(finished.outcome());
          known.attempts.clear();
          known.holders.clear();
        }
        case AwaitedJob awaited -> {}
      }
    }
  }

  private void onTasks(JobState.Active job, Known known) {
    Map<String, Integer> now = new HashMap<>();
    for (TaskState task : job.tasks()) {
      now.put(task.name(), task.attempt());
      task.status().holder().ifPresent(worker -> onHolder(job.job(), task, worker, known));
    }
    known.attempts.forEach(
        (name, before) -> {
          int attempt = now.getOrDefault(name, -1);
          if (attempt < before) {
            found.broken(
                Promise.STATE,
                job.job().key(),
                "%s: attempt %d after %d".formatted(name, attempt, before));
          }
        });
    known.attempts.putAll(now);
  }

  private void onHolder(JobId job, TaskState task, WorkerId worker, Known known) {
    String attempt = task.name() + "#" + task.attempt();
    WorkerId first = known.holders.putIfAbsent(attempt, worker);
    if (first == null) {
      found.checked(Promise.ONE_HOLDER);
    } else if (!first.equals(worker)) {
      found.broken(
          Promise.ONE_HOLDER,
          job.key() + "/" + attempt,
          "granted to " + first + " and to " + worker);
    }
  }

  @Override
  public void report(Findings into) {
    into.addAll(found);
  }
}
