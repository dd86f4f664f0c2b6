package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.EventStream;
import dev.voxelmill.protocols.topic.EventRecord;
import java.time.Duration;
import java.util.function.Consumer;

/** Follows one job until it ends, its submission is rejected, or the time is up. */
final class JobWatch {
  private JobWatch() {}

  /**
   * Passes every event on.
   *
   * @param submission source position of the submission that is waited for; a rejection of another
   *     submission of the same id is not ours. Empty when any end of the job will do
   */
  static Exit follow(
      EventStream events, String submission, Duration limit, Consumer<EventRecord> listener)
      throws CommandException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < limit.toNanos()) {
      for (EventRecord event : events.next()) {
        boolean rejected = event.event() instanceof EventRecord.Rejected;
        if (rejected && !isAbout(event, submission)) {
          continue;
        }
        listener.accept(event);
        if (rejected || event.event() instanceof EventRecord.Failed) {
          return Exit.FAILED;
        }
        if (event.event() instanceof EventRecord.Succeeded) {
          return Exit.OK;
        }
      }
    }
    throw new CommandException(
        Exit.UNREACHABLE, "no end of the job within " + limit.toSeconds() + " s (see --timeout)");
  }

  private static boolean isAbout(EventRecord event, String submission) {
    return event.event() instanceof EventRecord.Rejected rejected
        && rejected.source().equals(submission);
  }
}
