package dev.voxelmill.actors.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.topic.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a report says of a sound history, and of one that cannot be read whole. */
class HistoryReportTest {
  private final SoundHistory history = new SoundHistory();

  @Test
  void aSoundHistoryHasNoViolation() {
    assertEquals(List.of(), history.findings());
  }

  @Test
  void whatTimeMayMendIsOpenUntilTheReportIsClosed() {
    history.requests.add("voxelmill.requests/0/1");

    assertEquals(List.of(), history.report().broken());
    assertEquals(1, history.report().open().size());
    assertEquals(1, history.report().closed().broken().size());
  }

  @Test
  void topicsWhoseBeginningHasExpiredProveNothingAboutIt() {
    HistoryCheck check = new HistoryCheck(false);
    history
        .events
        .subList(3, history.events.size())
        .forEach(e -> check.observe(new Observation.Published(e)));
    check.observe(new Observation.Stored(history.states.getLast()));
    check.observe(new Observation.Delivered(history.assets.getFirst(), history.stored));

    assertEquals(List.of(), check.report().findings());
  }

  @Test
  void whatCannotBeReadIsLost() {
    HistoryCheck check = new HistoryCheck(true);
    check.observe(new Observation.Unreadable(Topic.JOBS, "jobs-3, offsets 5 to 9"));

    Finding lost = check.report().findings().getFirst();

    assertEquals(Promise.READABLE, lost.promise());
    assertEquals("jobs-3, offsets 5 to 9", lost.subject());
    assertFalse(lost.open());
  }

  @Test
  void aCheckpointThatCannotBeReadIsRemarkedOn() {
    HistoryCheck check = new HistoryCheck(true);
    check.observe(new Observation.Unreadable(Topic.CHECKPOINTS, "checkpoints-2, offsets 7 to 7"));

    HistoryReport report = check.report();

    assertEquals(List.of(), report.findings());
    assertEquals(1, report.checked(Promise.READABLE));
    assertTrue(report.remarks().getFirst().startsWith("checkpoints-2, offsets 7 to 7"));
    assertEquals(report.remarks(), report.closed().remarks());
  }
}
