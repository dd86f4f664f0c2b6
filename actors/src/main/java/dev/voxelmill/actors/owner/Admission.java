package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.Sha256;
import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.Decision;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Plan;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of a record of the intake. */
sealed interface Admission {
  /** The job begins, or changes. */
  record Decided(Decision decision) implements Admission {}

  /** The submission is refused, which these entries say; a job of that id is untouched. */
  record Refused(List<LogEntry> entries) implements Admission {
    public Refused {
      entries = List.copyOf(entries);
    }
  }

  /** Everything is known already. */
  record Repeated() implements Admission {}

  /** Decides about records, given what the partition holds. */
  record Rules(JobsConfig config, Population population) {
    private static final JsonCodec<IntakeRecord> CODEC = JsonCodec.of(IntakeRecord.class);

    Admission admit(IntakeRecord record, Optional<JobState> known, Instant now) {
      return switch (record) {
        case IntakeRecord.Ordered ordered ->
            new Decided(
                known
                    .map(state -> state.on(new JobEvent.Ordered(ordered.command()), now))
                    .orElseGet(() -> JobState.ordered(ordered.command(), now)));
        case IntakeRecord.Submitted submitted ->
            known
                .map(state -> again(submitted, state, now))
                .orElseGet(() -> anew(submitted, new AwaitedJob(submitted.job(), List.of()), now));
      };
    }

    private Admission again(IntakeRecord.Submitted submitted, JobState known, Instant now) {
      return switch (known) {
        case AwaitedJob awaited -> anew(submitted, awaited, now);
        case JobState.Active active -> compared(submitted, active.bodyHash(), now);
        case JobState.Finished finished -> compared(submitted, finished.bodyHash(), now);
      };
    }

    /** The same id and body is the same job; another body concerns the submission alone. */
    private static Admission compared(
        IntakeRecord.Submitted submitted, Sha256 bodyHash, Instant now) {
      if (bodyHash.equals(submitted.bodyHash())) {
        return new Repeated();
      }
      String reason =
          "id: '%s' names a job with other content (expected: the same content, or another id)"
              .formatted(submitted.job().id());
      return new Refused(List.of(rejection(submitted, reason, now)));
    }

    private Admission anew(IntakeRecord.Submitted submitted, AwaitedJob awaited, Instant now) {
      JobId job = submitted.job();
      int queued = population.of(job.tenant());
      if (submitted.at().plus(config.remember()).isBefore(now)) {
        return buried(
            submitted,
            DeadLetter.EXPIRED,
            "request: of %s (expected: younger than %s, for an older job may have been run and"
                    .formatted(submitted.at(), config.remember())
                + " forgotten; fix: submit it again)",
            now);
      }
      if (queued >= config.tenantShare()) {
        return buried(
            submitted,
            DeadLetter.QUOTA,
            "tenant %s: %d unfinished jobs in this home partition (expected: fewer than %d, its share"
                    .formatted(job.tenant(), queued, config.tenantShare())
                + " of jobs.max-queued-per-tenant; fix: submit it again when jobs have finished)",
            now);
      }
      if (population.all() >= config.share()) {
        return buried(
            submitted,
            DeadLetter.QUOTA,
            "queue: %d unfinished jobs in this home partition (expected: fewer than %d, its share of"
                    .formatted(population.all(), config.share())
                + " jobs.max-queued; fix: submit it again when jobs have finished)",
            now);
      }
      Plan plan = Plans.of(submitted.request());
      return new Decided(awaited.requested(submitted.request(), submitted.bodyHash(), plan, now));
    }

    private static Admission buried(
        IntakeRecord.Submitted submitted, String code, String reason, Instant now) {
      return new Refused(
          List.of(
              new LogEntry.Bury(submitted.source(), code, reason, CODEC.encode(submitted)),
              rejection(submitted, code + ": " + reason, now)));
    }

    private static LogEntry rejection(
        IntakeRecord.Submitted submitted, String reason, Instant now) {
      return new LogEntry.Publish(
          new EventRecord(
              submitted.job(), 0, now, new EventRecord.Rejected(reason, submitted.source())));
    }
  }
}
