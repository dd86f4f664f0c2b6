package dev.voxelmill.actors.nemesis;

import dev.voxelmill.actors.history.Observation;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the topics tell about the faults of a run. Used by the thread that reads them. */
final class Evidence implements Consumer<Observation> {
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Integer> burials = new HashMap<>();
  private final Map<JobId, Integer> accepted = new HashMap<>();
  private final Map<JobId, EventRecord.Event> ends = new HashMap<>();
  private final Map<String, CommandOutcome> answers = new HashMap<>();
  private final Map<WorkerId, Set<JobId>> held = new HashMap<>();
  private final Map<WorkerId, Set<JobId>> completed = new HashMap<>();

  @Override
  public void accept(Observation observation) {
    switch (observation) {
      case Observation.Sent(String source) -> seen.add(source);
      case Observation.Buried(String source) -> burials.merge(source, 1, Integer::sum);
      case Observation.Published(EventRecord event) -> {
        switch (event.event()) {
          case EventRecord.Accepted first -> accepted.merge(event.job(), 1, Integer::sum);
          case EventRecord.Answered answer -> answers.put(answer.commandId(), answer.outcome());
          case EventRecord.StageCompleted done ->
              add(completed, WorkerId.parse(done.worker()), event.job());
          case EventRecord.Succeeded end -> ends.put(event.job(), end);
          case EventRecord.Failed end -> ends.put(event.job(), end);
          case EventRecord.Cancelled end -> ends.put(event.job(), end);
          default -> {}
        }
      }
      case Observation.Stored(JobState.Active job) ->
          job.tasks().stream()
              .flatMap(task -> task.status().holder().stream())
              .forEach(worker -> add(held, worker, job.job()));
      case Observation.Stored stored -> {}
      case Observation.Forwarded forwarded -> {}
      case Observation.Delivered delivered -> {}
      case Observation.Chunk chunk -> {}
      case Observation.Unreadable damage -> {}
    }
  }

  private static void add(Map<WorkerId, Set<JobId>> jobs, WorkerId worker, JobId job) {
    jobs.computeIfAbsent(worker, first -> new HashSet<>()).add(job);
  }

  /** The jobs of which a worker process was granted a task that it did not complete. */
  Set<JobId> heldInVain(long pid) {
    Set<JobId> jobs = new HashSet<>();
    held.forEach(
        (worker, granted) -> {
          if (worker.name().startsWith("worker-" + pid + "-")) {
            jobs.addAll(granted);
            jobs.removeAll(completed.getOrDefault(worker, Set.of()));
          }
        });
    return jobs;
  }

  /** Whether a record is on its topic. */
  boolean isThere(String position) {
    return seen.contains(position);
  }

  /** How often a record became a dead letter. */
  int burials(String position) {
    return burials.getOrDefault(position, 0);
  }

  /** How often a job was accepted. */
  int accepted(JobId job) {
    return accepted.getOrDefault(job, 0);
  }

  int accepted() {
    return accepted.size();
  }

  /** How a job ended. */
  Optional<EventRecord.Event> end(JobId job) {
    return Optional.ofNullable(ends.get(job));
  }

  int ended() {
    return ends.size();
  }

  /** What became of a command; their ids are unique in a run. */
  Optional<CommandOutcome> answer(String commandId) {
    return Optional.ofNullable(answers.get(commandId));
  }
}
