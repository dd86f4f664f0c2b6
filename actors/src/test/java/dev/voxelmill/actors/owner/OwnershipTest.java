package dev.voxelmill.actors.owner;

import static dev.voxelmill.actors.owner.StillPartition.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.storage.log.CommitOutcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OwnershipTest {
  private static final Duration ADOPTION = StillPartition.config().adoption();

  private final Ownership ownership = new Ownership(Duration.ofSeconds(8), NOON);

  @Test
  void theOpeningCountsAsACommit() {
    assertFalse(ownership.isToBeAsked(after(1.9)));
    assertTrue(ownership.isToBeAsked(after(2)));
    assertTrue(ownership.isCertain(after(3.9)));
    assertFalse(ownership.isCertain(after(4)));
  }

  @Test
  void aCommitCountsFromWhenItWasAskedFor() {
    ownership.asked(after(3));
    assertFalse(ownership.isCertain(after(5)), "it is not confirmed");
    ownership.confirmed();

    assertTrue(ownership.isCertain(after(6.9)));
    assertFalse(ownership.isCertain(after(7)));
    assertFalse(ownership.isToBeAsked(after(4.9)));
    assertTrue(ownership.isToBeAsked(after(5)));
  }

  @Test
  void theLogIsNotAskedWhileAnAnswerIsAwaited() {
    ownership.asked(after(1));
    ownership.asked(after(2));
    ownership.confirmed();
    assertFalse(ownership.isToBeAsked(after(60)));

    ownership.confirmed();
    assertTrue(ownership.isToBeAsked(after(60)));
  }

  @Test
  void anOwnerOfLiveAttemptsAsksItsLogWhenItHasNothingToWrite() {
    StillPartition partition = new StillPartition();
    partition.submit("toys/1", NOON);
    partition.at(NOON.plus(ADOPTION));
    partition.remind();
    int idle = partition.asked();

    partition.runAttempts();
    partition.remind();
    partition.remind();
    int unanswered = partition.asked();
    partition.owner().hear(new PartitionOwner.Committed(new CommitOutcome.Committed()));
    partition.remind();
    int justAnswered = partition.asked();
    partition.at(NOON.plus(ADOPTION.multipliedBy(2)));
    partition.remind();

    assertEquals(0, idle);
    assertEquals(1, unanswered);
    assertEquals(1, justAnswered);
    assertEquals(2, partition.asked());
  }

  @Test
  void anOwnerThatCannotCommitNothingHasBeenFenced() {
    StillPartition partition = new StillPartition();
    partition.runAttempts();
    partition.at(NOON.plus(ADOPTION));
    partition.remind();

    assertThrows(
        PartitionOwner.OwnershipEndedException.class,
        () -> partition.owner().hear(new PartitionOwner.Committed(new CommitOutcome.Fenced())));
  }

  private static Instant after(double seconds) {
    return NOON.plusMillis(Math.round(seconds * 1000));
  }
}
