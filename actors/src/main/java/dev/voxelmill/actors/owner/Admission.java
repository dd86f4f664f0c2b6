package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import java.time.Instant;
import java.util.Optional;

/** What becomes of a record of the intake, given what is known of its job. */
sealed interface Admission {
  /** The job begins, or changes. */
  record Decided(Decision decision) implements Admission {}

  /** The submission is refused; the job of that id, if there is one, is untouched. */
  record Refused(EventRecord rejection) implements Admission {}

  /** Everything is known already. */
  record Repeated() implements Admission {}

  static Admission of(IntakeRecord record, Optional<JobState> known, Instant now) {
    return switch (record) {
      case IntakeRecord.Ordered ordered ->
          new Decided(
              known
                  .map(state -> state.on(new JobEvent.Ordered(ordered.command()), now))
                  .orElseGet(() -> JobState.ordered(ordered.command(), now)));
      case IntakeRecord.Submitted submitted -> of(submitted, known, now);
    };
  }

  private static Admission of(
      IntakeRecord.Submitted submitted, Optional<JobState> known, Instant now) {
    if (known.isEmpty()) {
      Plan plan = Plans.of(submitted.request());
      return new Decided(JobState.accepted(submitted.request(), submitted.bodyHash(), plan, now));
    }
    return switch (known.get()) {
      case AwaitedJob awaited -> {
        Plan plan = Plans.of(submitted.request());
        yield new Decided(awaited.requested(submitted.request(), submitted.bodyHash(), plan, now));
      }
      case JobState.Active active -> compared(submitted, active.bodyHash(), now);
      case JobState.Finished finished -> compared(submitted, finished.bodyHash(), now);
    };
  }

  /** The same id and body is the same job; another body concerns the submission alone. */
  private static Admission compared(
      IntakeRecord.Submitted submitted, String bodyHash, Instant now) {
    if (bodyHash.equals(submitted.bodyHash())) {
      return new Repeated();
    }
    JobId job = submitted.job();
    String reason =
        "id: '%s' names a job with other content (expected: the same content, or another id)"
            .formatted(job.id());
    return new Refused(
        new EventRecord(job, 0, now, new EventRecord.Rejected(reason, submitted.source())));
  }
}
