package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.protocols.topic.EventRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Follows the events of one job. */
final class JobWatch {
  /** Intake commits by the clock and an owner answers at once; this is many times both. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(3);

  private JobWatch() {}

  /**
   * Passes every event on until the job ends or the submission is rejected.
   *
   * @param submission source position of the submission that is waited for; a rejection of another
   *     submission of the same id is not ours. Empty when only the job matters
   */
  static Exit follow(
      EventStream events, String submission, Duration limit, Consumer<EventRecord> listener)
      throws CommandException {
    return first(
            events,
            limit,
            told -> {
              boolean rejected = told.event() instanceof EventRecord.Rejected;
              if (rejected && !isAbout(told, submission)) {
                return Optional.empty();
              }
              listener.accept(told);
              return end(told);
            })
        .orElseThrow(
            () ->
                new CommandException(
                    Exit.UNREACHABLE,
                    "no end of the job within " + limit.toSeconds() + " s (see --timeout)"));
  }

  /**
   * The rejection of a submission whose job was known before. A job that is known answers nothing
   * to a submission that repeats it, so silence is consent.
   */
  static Optional<EventRecord> rejection(EventStream events, String submission) {
    return first(
        events,
        ANSWER_LIMIT,
        told -> isAbout(told, submission) ? Optional.of(told) : Optional.empty());
  }

  private static Optional<Exit> end(EventRecord told) {
    return switch (told.event()) {
      case EventRecord.Succeeded succeeded -> Optional.of(Exit.OK);
      case EventRecord.Failed failed -> Optional.of(Exit.FAILED);
      case EventRecord.Cancelled cancelled -> Optional.of(Exit.FAILED);
      case EventRecord.Rejected rejected -> Optional.of(Exit.FAILED);
      case EventRecord.Accepted accepted -> Optional.empty();
      case EventRecord.Started started -> Optional.empty();
      case EventRecord.Progress progress -> Optional.empty();
      case EventRecord.Preview preview -> Optional.empty();
      case EventRecord.Checkpointed checkpointed -> Optional.empty();
      case EventRecord.CheckpointRejected rejected -> Optional.empty();
      case EventRecord.StageCompleted stage -> Optional.empty();
      case EventRecord.Paused paused -> Optional.empty();
      case EventRecord.Resumed resumed -> Optional.empty();
      case EventRecord.Reprioritised reprioritised -> Optional.empty();
      case EventRecord.Answered answered -> Optional.empty();
    };
  }

  /** The first event that is as wanted, if one comes in time. */
  static <T> Optional<T> first(
      EventStream events, Duration limit, Function<EventRecord, Optional<T>> wanted) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < limit.toNanos()) {
      for (EventRecord told : events.next()) {
        Optional<T> found = wanted.apply(told);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isAbout(EventRecord told, String submission) {
    return told.event() instanceof EventRecord.Rejected rejected
        && rejected.source().equals(submission);
  }
}
