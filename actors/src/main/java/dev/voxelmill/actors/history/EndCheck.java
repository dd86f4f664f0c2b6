package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is stored about the end of a job is what was told about it. */
final class EndCheck implements HistoryCheck.Check {
  private final boolean whole;
  private final Map<JobId, Long> stored = new HashMap<>();
  private final Set<JobId> finished = new HashSet<>();
  private final Map<JobId, EventRecord> ends = new HashMap<>();
  private final Map<JobId, String> cancelled = new HashMap<>();

  EndCheck(boolean whole) {
    this.whole = whole;
  }

  @Override
  public void observe(Observation seen) {
    switch (seen) {
      case Observation.Stored(AwaitedJob awaited) -> {}
      case Observation.Stored(JobState state) -> {
        stored.put(state.job(), state.seq());
        if (state instanceof JobState.Finished) {
          finished.add(state.job());
        }
      }
      case Observation.Published(EventRecord event) -> {
        if (EventKinds.isTerminal(event.event())) {
          ends.put(event.job(), event);
        } else if (event.event() instanceof EventRecord.Answered answer
            && answer.outcome() == CommandOutcome.CANCELLED) {
          cancelled.put(event.job(), answer.commandId());
        }
      }
      case Observation.Sent sent -> {}
      case Observation.Forwarded forwarded -> {}
      case Observation.Buried buried -> {}
      case Observation.Delivered delivered -> {}
      case Observation.Chunk chunk -> {}
      case Observation.Unreadable damage -> {}
    }
  }

  @Override
  public void report(Findings into) {
    stored.forEach((job, seq) -> compare(job, seq, into));
    cancelled.forEach(
        (job, command) -> {
          into.checked(Promise.CANCEL_IS_FINAL);
          EventRecord end = ends.get(job);
          if (end == null) {
            into.open(Promise.CANCEL_IS_FINAL, job.key(), command + ": confirmed, has not ended");
          } else if (!(end.event() instanceof EventRecord.Cancelled)) {
            into.broken(
                Promise.CANCEL_IS_FINAL, job.key(), command + ": confirmed, then " + end.event());
          }
        });
  }

  private void compare(JobId job, long seq, Findings into) {
    EventRecord end = ends.get(job);
    if (end != null && (end.seq() != seq || !finished.contains(job))) {
      into.open(
          Promise.ONE_END,
          job.key(),
          "stored with number %d, its end has %d".formatted(seq, end.seq()));
    } else if (end == null && finished.contains(job) && whole) {
      into.open(Promise.ONE_END, job.key(), "stored as finished, its end was not told");
    }
  }
}
