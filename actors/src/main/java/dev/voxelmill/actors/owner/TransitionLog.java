package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.lifecycle.AwaitedJob;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.IntakeRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per transition of a job, for operators. */
final class TransitionLog {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedPartition.class);

  private TransitionLog() {}

  static void changed(JobEvent event, JobState next) {
    switch (event) {
      case JobEvent.Reported reported ->
          LOG.info(
              "{}/{}: {}, now {}",
              next.job(),
              reported.task(),
              name(reported.report()),
              now(next, reported.task()));
      case JobEvent.OfTask happened ->
          LOG.info(
              "{}/{}: {}, now {}",
              next.job(),
              happened.task(),
              name(happened),
              now(next, happened.task()));
      case JobEvent.Ordered ordered ->
          LOG.info("{}: {}, now {}", next.job(), ordered.command().order().word(), now(next));
      case JobEvent.TimePassed passed ->
          LOG.info("{}: its time has come, now {}", next.job(), now(next));
    }
  }

  static void admitted(IntakeRecord record, JobState next) {
    switch (record) {
      case IntakeRecord.Submitted submitted ->
          LOG.info("{}: accepted from {}", next.job(), submitted.source());
      case IntakeRecord.Ordered ordered ->
          LOG.info(
              "{}: {} from {}, now {}",
              next.job(),
              ordered.command().order().word(),
              ordered.source(),
              now(next));
    }
  }

  private static String now(JobState next, String task) {
    return next instanceof JobState.Active active
        ? name(active.task(task).orElseThrow().status())
        : now(next);
  }

  private static String now(JobState next) {
    return switch (next) {
      case AwaitedJob awaited -> "awaited";
      case JobState.Active active -> name(active.control().course());
      case JobState.Finished finished -> name(finished.outcome());
    };
  }

  private static String name(Object value) {
    return value.getClass().getSimpleName();
  }
}
