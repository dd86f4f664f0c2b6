package dev.voxelmill.actors.history;

import dev.voxelmill.protocols.topic.EventRecord;

/** Which events are part of a job's numbered history, and which end it. */
final class EventKinds {
  private EventKinds() {}

  /** Progress, previews, answers and refused submissions are no transitions. */
  static boolean isTransition(EventRecord.Event event) {
    return !(event instanceof EventRecord.Progress
        || event instanceof EventRecord.Preview
        || event instanceof EventRecord.Answered
        || event instanceof EventRecord.Rejected);
  }

  static boolean isTerminal(EventRecord.Event event) {
    return event instanceof EventRecord.Succeeded
        || event instanceof EventRecord.Failed
        || event instanceof EventRecord.Cancelled;
  }
}
