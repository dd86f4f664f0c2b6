package dev.voxelmill.actors.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.actors.bench.Outage.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutageTest {
  private static final long MS = 1_000_000;
  private static final long FAULT = 60_000 * MS;

  private final List<Answer> answers = new ArrayList<>();

  @Test
  void partitionsThatAcceptAsUsualWereNotAway() {
    accepted(0, -2000, -1930);
    accepted(0, 300, 400);
    accepted(1, 5000, 5140);

    assertEquals(new Outage(0, 0, 140), Outage.of(answers, FAULT));
  }

  @Test
  void aPartitionIsBackWhenItAcceptsAgain() {
    accepted(0, -2000, -1950);
    accepted(0, 100, 8000);
    accepted(0, 200, 8100);
    accepted(1, 50, 7000);
    accepted(2, 9000, 9050);

    assertEquals(new Outage(2, 8000, 7900), Outage.of(answers, FAULT));
  }

  @Test
  void aPartitionThatIsAwayTwiceIsBackAfterTheSecondTime() {
    accepted(0, 100, 400);
    accepted(0, 300, 900);

    assertEquals(new Outage(1, 900, 600), Outage.of(answers, FAULT));
  }

  @Test
  void whoFallsSilentLongAfterTheFaultIsNotAwayForIt() {
    accepted(0, 100, 400);
    accepted(0, 600, 1600);

    assertEquals(new Outage(1, 400, 1000), Outage.of(answers, FAULT));
  }

  @Test
  void aPartitionThatIsSlowButAcceptsIsNotAway() {
    accepted(0, 100, 240);
    accepted(0, 140, 380);
    accepted(0, 180, 520);

    assertEquals(new Outage(0, 0, 340), Outage.of(answers, FAULT));
  }

  @Test
  void requestsAreTakenInTheOrderInWhichTheyWereAccepted() {
    accepted(0, 500, 600);
    accepted(0, 100, 480);

    assertEquals(new Outage(1, 480, 380), Outage.of(answers, FAULT));
  }

  @Test
  void whatIsUnusualDependsOnTheSecondsBefore() {
    accepted(0, -7000, -6000);
    accepted(0, -4000, -3990);
    accepted(0, -3000, -2700);
    accepted(0, -2000, -1700);
    accepted(0, 100, 950);
    accepted(1, 100, 1050);

    assertEquals(new Outage(1, 1050, 950), Outage.of(answers, FAULT));
  }

  @Test
  void aRequestThatWaitedBeforeTheFaultAlreadyCountsWithItsWholeWait() {
    accepted(0, -2000, -1950);
    accepted(0, -100, 400);

    assertEquals(new Outage(1, 400, 500), Outage.of(answers, FAULT));
  }

  /** Times in milliseconds from the fault. */
  private void accepted(int partition, long sent, long at) {
    answers.add(new Answer(partition, FAULT + sent * MS, FAULT + at * MS));
  }
}
