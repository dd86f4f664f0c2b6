package dev.voxelmill.simulation;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.EventRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What clients were told, in the order in which they see it, and what that must always be like. */
final class Announcements {
  private final Timeline timeline;
  private final Map<JobId, Long> lastSeq = new HashMap<>();
  private final Map<JobId, EventRecord> terminal = new HashMap<>();
  private final Set<JobId> assets = new HashSet<>();
  private final Map<String, CommandOutcome> answers = new HashMap<>();
  private long succeeded;

  Announcements(Timeline timeline) {
    this.timeline = timeline;
  }

  /** An event becomes visible. */
  void published(EventRecord event) {
    if (event.event() instanceof EventRecord.Answered answer) {
      answered(event.job(), answer);
    } else if (!(event.event() instanceof EventRecord.Rejected)) {
      transition(event);
    }
  }

  private void answered(JobId job, EventRecord.Answered answer) {
    timeline.note("answer", job, answer);
    CommandOutcome other = answers.putIfAbsent(answer.commandId(), answer.outcome());
    if (other != null && other != answer.outcome()) {
      throw new Violation("a command has one answer", answer + " after " + other);
    }
  }

  private void transition(EventRecord event) {
    timeline.note("event", event.job(), event.seq(), event.event());
    long last = lastSeq.getOrDefault(event.job(), 0L);
    if (event.seq() != last + 1) {
      throw new Violation("seq has no gaps", event.job() + ": " + event.seq() + " after " + last);
    }
    lastSeq.put(event.job(), event.seq());
    if (isTerminal(event.event())) {
      end(event);
    }
  }

  private static boolean isTerminal(EventRecord.Event event) {
    return event instanceof EventRecord.Succeeded
        || event instanceof EventRecord.Failed
        || event instanceof EventRecord.Cancelled;
  }

  private void end(EventRecord event) {
    EventRecord other = terminal.putIfAbsent(event.job(), event);
    if (other != null) {
      throw new Violation("I1 one terminal event", other + " and " + event);
    }
    if (event.event() instanceof EventRecord.Succeeded) {
      succeeded++;
      if (!assets.contains(event.job())) {
        throw new Violation("I2 an asset comes with its event", event.toString());
      }
    }
  }

  /** An asset becomes visible. */
  void delivered(AssetRecord asset) {
    if (!assets.add(asset.job())) {
      throw new Violation("I1 one asset per job", asset.job().toString());
    }
  }

  boolean isAnswered(String commandId) {
    return answers.containsKey(commandId);
  }

  Optional<EventRecord> end(JobId job) {
    return Optional.ofNullable(terminal.get(job));
  }

  long succeeded() {
    return succeeded;
  }
}
