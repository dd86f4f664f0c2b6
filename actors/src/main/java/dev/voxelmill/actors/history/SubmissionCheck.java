package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Whatever a client writes is answered: a request by a job or a refusal, a command by a word. */
final class SubmissionCheck implements HistoryCheck.Check {
  private final boolean whole;
  private final Findings found = new Findings();
  private final Set<String> sent = new HashSet<>();
  private final Set<String> forwarded = new HashSet<>();
  private final Set<String> buried = new HashSet<>();

  /** The first forwarded request of each job. */
  private final Map<JobId, String> requested = new HashMap<>();

  private final Set<JobId> accepted = new HashSet<>();
  private final Set<Order> ordered = new HashSet<>();
  private final Map<Order, CommandOutcome> answers = new HashMap<>();

  private record Order(JobId job, String commandId) {
    @Override
    public String toString() {
      return job + "/" + commandId;
    }
  }

  SubmissionCheck(boolean whole) {
    this.whole = whole;
  }

  @Override
  public void observe(Observation seen) {
    switch (seen) {
      case Observation.Sent(String source) -> {
        if (sent.add(source)) {
          found.checked(Promise.NOTHING_LOST);
        }
      }
      case Observation.Buried(String source) -> buried.add(source);
      case Observation.Forwarded(IntakeRecord.Submitted request) -> {
        forwarded.add(request.source());
        requested.putIfAbsent(request.job(), request.source());
      }
      case Observation.Forwarded(IntakeRecord.Ordered order) -> {
        forwarded.add(order.source());
        ordered.add(new Order(order.job(), order.command().commandId()));
      }
      case Observation.Published(EventRecord event) -> onEvent(event);
      case Observation.Stored stored -> {}
      case Observation.Delivered delivered -> {}
      case Observation.Chunk chunk -> {}
      case Observation.Unreadable damage -> {}
    }
  }

  private void onEvent(EventRecord event) {
    if (event.event() instanceof EventRecord.Accepted) {
      accepted.add(event.job());
    } else if (event.event() instanceof EventRecord.Answered answer) {
      Order order = new Order(event.job(), answer.commandId());
      CommandOutcome first = answers.putIfAbsent(order, answer.outcome());
      if (first == null) {
        found.checked(Promise.ONE_ANSWER);
      } else if (first != answer.outcome()) {
        found.broken(
            Promise.ONE_ANSWER,
            order.toString(),
            "answered %s, then %s".formatted(first.word(), answer.outcome().word()));
      }
    }
  }

  @Override
  public void report(Findings into) {
    into.addAll(found);
    sent.stream()
        .filter(source -> !forwarded.contains(source) && !buried.contains(source))
        .forEach(source -> into.open(Promise.NOTHING_LOST, source, "neither accepted nor buried"));
    ordered.stream()
        .filter(order -> !answers.containsKey(order))
        .forEach(order -> into.open(Promise.ONE_ANSWER, order.toString(), "not answered"));
    if (whole) {
      requested.forEach(
          (job, source) -> {
            if (!accepted.contains(job) && !buried.contains(source)) {
              into.open(
                  Promise.NOTHING_LOST, job.key(), "forwarded to its home, but never accepted");
            }
          });
    }
  }
}
