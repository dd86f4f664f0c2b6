package dev.voxelmill.actors.owner;

import static dev.voxelmill.actors.owner.StillPartition.NOON;
import static dev.voxelmill.actors.owner.StillPartition.REMEMBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.storage.log.LogEntry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many jobs an owner takes on and how long it knows them; no actor, no broker, no clock. */
class OwnedPartitionTest {
  private final StillPartition partition = new StillPartition();

  @Test
  void aTenantBeyondItsShareIsRefusedWithTheNumbersUntilAJobOfItHasEnded() {
    partition.submit("toys/1", NOON);
    partition.submit("toys/2", NOON);

    List<LogEntry> refused = partition.submit("toys/3", NOON);
    partition.order("toys/1", new JobCommand.Cancel());
    List<LogEntry> admitted = partition.submit("toys/4", NOON);

    LogEntry.Bury letter = buried(refused).orElseThrow();
    assertEquals(DeadLetter.QUOTA, letter.code());
    assertTrue(
        letter.reason().startsWith("tenant toys: 2 unfinished jobs in this home partition"),
        letter.reason());
    assertTrue(
        refused.stream()
            .anyMatch(
                entry ->
                    entry instanceof LogEntry.Publish publish
                        && publish.event().event() instanceof EventRecord.Rejected));
    assertEquals(Optional.empty(), buried(admitted));
  }

  @Test
  void allTenantsTogetherAreBoundedToo() {
    List.of("a/1", "b/1", "c/1", "d/1").forEach(job -> partition.submit(job, NOON));

    LogEntry.Bury letter = buried(partition.submit("e/1", NOON)).orElseThrow();

    assertEquals(DeadLetter.QUOTA, letter.code());
    assertTrue(letter.reason().startsWith("queue: 4 unfinished jobs"), letter.reason());
    assertEquals(4, partition.owner().states().size());
  }

  @Test
  void aJobThatIsKnownIsNoNewOne() {
    partition.submit("toys/1", NOON);
    partition.submit("toys/2", NOON);

    assertEquals(List.of(), partition.submit("toys/2", NOON));
  }

  @Test
  void aFinishedJobIsForgottenWhenItsTimeHasCome() {
    partition.submit("toys/1", NOON);
    partition.order("toys/1", new JobCommand.Cancel());

    partition.at(NOON.plus(REMEMBER).minusMillis(1));
    List<LogEntry> early = partition.remind();
    partition.at(NOON.plus(REMEMBER));
    List<LogEntry> late = partition.remind();

    assertEquals(List.of(), early);
    assertEquals(List.of(new LogEntry.Forget(JobId.parse("toys/1"))), late);
    assertTrue(partition.owner().states().isEmpty());
  }

  @Test
  void aRequestThatIsOlderThanWhatIsRememberedIsNeverRun() {
    partition.at(NOON.plus(REMEMBER));

    Optional<LogEntry.Bury> justInTime = buried(partition.submit("toys/1", NOON));
    LogEntry.Bury letter = buried(partition.submit("toys/2", NOON.minusMillis(1))).orElseThrow();

    assertEquals(Optional.empty(), justInTime);
    assertEquals(DeadLetter.EXPIRED, letter.code());
  }

  @Test
  void aCommandThatNoRequestFollowedLeavesNothingBehind() {
    partition.order("toys/1", new JobCommand.Cancel());
    partition.at(NOON.plusSeconds(60));

    List<LogEntry> entries = partition.remind();

    assertEquals(new LogEntry.Forget(JobId.parse("toys/1")), entries.getFirst());
    assertTrue(partition.owner().states().isEmpty());
  }

  @Test
  void anotherOwnerCountsAndForgetsWhatTheFirstRemembered() {
    partition.submit("toys/1", NOON);
    partition.submit("toys/2", NOON);
    partition.order("toys/3", new JobCommand.Pause());
    List<JobState> remembered = List.copyOf(partition.owner().states());
    StillPartition next = new StillPartition(remembered);

    next.at(NOON.plusSeconds(60));
    List<LogEntry> committed = next.remind();

    assertEquals(
        List.of(new LogEntry.Forget(JobId.parse("toys/3"))),
        committed.stream().filter(LogEntry.Forget.class::isInstance).toList());
    assertEquals(2, next.owner().states().size());
  }

  private static Optional<LogEntry.Bury> buried(List<LogEntry> entries) {
    return entries.stream()
        .filter(LogEntry.Bury.class::isInstance)
        .map(LogEntry.Bury.class::cast)
        .findFirst();
  }
}
