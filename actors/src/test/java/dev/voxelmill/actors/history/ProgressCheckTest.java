package dev.voxelmill.actors.history;

import static dev.voxelmill.actors.history.SoundHistory.BODY;
import static dev.voxelmill.actors.history.SoundHistory.NOW;
import static dev.voxelmill.actors.history.SoundHistory.TASK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.topic.EventRecord;
import org.junit.jupiter.api.Test;

/** What is durable is neither lost nor done again. */
class ProgressCheckTest {
  private final SoundHistory history = new SoundHistory();

  @Test
  void aCheckpointOfAReplacedAttemptIsSeen() {
    tellInsteadOfTheLastCheckpoint(new EventRecord.Checkpointed(TASK, 0, 9, 30));

    history.assertBroken(Promise.PROGRESS);
  }

  @Test
  void durableProgressThatGoesBackIsSeen() {
    tellInsteadOfTheLastCheckpoint(new EventRecord.Checkpointed(TASK, 2, 1, 10));

    history.assertBroken(Promise.PROGRESS);
  }

  @Test
  void progressOfAReplacedAttemptIsSeen() {
    history.tell(history.events.size() - 2, progress(1, 15));

    history.assertBroken(Promise.PROGRESS);
  }

  @Test
  void workThatWasDurableAndIsDoneAgainIsSeen() {
    history.tell(history.lastCheckpoint(), progress(2, 3));

    history.assertBroken(Promise.RESUME);
  }

  @Test
  void aRejectedCheckpointExcusesThatWorkIsDoneAgain() {
    history.events.clear();
    history.tell(0, new EventRecord.Accepted("synthetic", BODY));
    history.tell(1, new EventRecord.Checkpointed(TASK, 1, 1, 10));
    history.tell(2, new EventRecord.CheckpointRejected(TASK, 2, 1, "damaged"));
    history.tell(3, progress(2, 0));

    assertEquals(0, history.report().count(Promise.RESUME, false));
  }

  private void tellInsteadOfTheLastCheckpoint(EventRecord.Checkpointed other) {
    int last = history.lastCheckpoint();
    EventRecord event = history.events.get(last);
    history.events.set(last, new EventRecord(event.job(), event.seq(), NOW, other));
  }

  private static EventRecord.Progress progress(int attempt, long step) {
    return new EventRecord.Progress(TASK, attempt, step, 20, 1, 0, 1);
  }
}
