package dev.voxelmill.actors.history;

import static dev.voxelmill.actors.history.SoundHistory.NOW;
import static dev.voxelmill.actors.history.SoundHistory.TASK;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.lifecycle.JobEvent;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.worker.WorkerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is submitted and ordered ends once, is answered once, and every step of it is in order. */
class LifecycleCheckTest {
  private final SoundHistory history = new SoundHistory();

  @Test
  void aSecondTerminalEventIsSeen() {
    EventRecord end = history.events.getLast();
    history.events.add(new EventRecord(end.job(), end.seq() + 1, NOW, end.event()));

    history.assertBroken(Promise.ONE_END);
  }

  @Test
  void aJobThatNeverEndsIsSeen() {
    history.events.removeLast();
    history.assets.clear();
    history.states.removeLast();

    history.assertBroken(Promise.ONE_END);
  }

  @Test
  void aRequestThatWasForwardedAndForgottenIsSeen() {
    history.events.clear();
    history.states.clear();
    history.assets.clear();

    history.assertBroken(Promise.NOTHING_LOST);
  }

  @Test
  void aSubmissionWithoutAnAnswerIsSeen() {
    history.requests.add("voxelmill.requests/0/1");

    history.assertBroken(Promise.NOTHING_LOST);
  }

  @Test
  void aGapInTheNumbersIsSeen() {
    history.events.remove(2);

    history.assertBroken(Promise.SEQUENCE);
  }

  @Test
  void transitionsOutOfOrderAreSeen() {
    history.events.add(1, history.events.remove(2));

    history.assertBroken(Promise.SEQUENCE);
  }

  @Test
  void anAttemptGrantedToTwoWorkersIsSeen() {
    int granted = history.attempts().indexOf(2);
    JobEvent other = new JobEvent.Granted(TASK, new WorkerId("worker-3"));
    history.states.add(granted, history.states.get(granted - 1).on(other, NOW).next());

    history.assertBroken(Promise.ONE_HOLDER);
  }

  @Test
  void anAttemptThatComesBackIsSeen() {
    JobState early = history.states.get(1);
    history.states.add(history.states.size() - 2, early);

    history.assertBroken(Promise.STATE);
  }

  @Test
  void aStateThatFollowsTheEndIsSeen() {
    history.states.add(history.states.get(history.states.size() - 2));

    history.assertBroken(Promise.STATE, Promise.ONE_END);
  }

  @Test
  void aCommandWithoutAnAnswerIsSeen() {
    history.order("stop", new JobCommand.Cancel());

    history.assertBroken(Promise.ONE_ANSWER);
  }

  @Test
  void twoAnswersToOneCommandAreSeen() {
    history.order("stop", new JobCommand.Cancel());
    history.answer("stop", CommandOutcome.ALREADY_FINISHED);
    assertEquals(List.of(), history.findings());
    history.answer("stop", CommandOutcome.UNKNOWN_JOB);

    history.assertBroken(Promise.ONE_ANSWER);
  }

  @Test
  void aJobThatSucceedsAfterItsCancelWasConfirmedIsSeen() {
    history.order("stop", new JobCommand.Cancel());
    history.answer("stop", CommandOutcome.CANCELLED);

    history.assertBroken(Promise.CANCEL_IS_FINAL);
  }
}
