package dev.voxelmill.actors.owner;

import static dev.voxelmill.actors.owner.StillPartition.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which checkpoints an owner has deleted, and which it erases itself. */
class SweepTest {
  private final StillPartition partition = new StillPartition();

  @Test
  void whatNoStateCanReferToIsSweptOnceThatIsDurable() {
    JobId ended = JobId.parse("toys/1");
    JobId queued = JobId.parse("toys/2");
    partition.submit(ended.key(), NOON);
    partition.submit(queued.key(), NOON);
    CheckpointKey orphan = new CheckpointKey(ended, "distill", 1, 7);
    Set<StoredCheckpoint> stored =
        Set.of(
            new StoredCheckpoint(orphan, 1, NOON),
            new StoredCheckpoint(new CheckpointKey(queued, "distill", 1, 7), 1, NOON));
    List<CheckpointKey> swept = new ArrayList<>();
    partition
        .owner()
        .hear(
            new PartitionOwner.Arrived(
                List.of(new OwnerStore.Positioned(cancel(ended), 2)), () -> {}));

    partition.sweep(stored, swept::addAll);
    List<CheckpointKey> early = List.copyOf(swept);
    partition.owner().hear(new PartitionOwner.Committed(new CommitOutcome.Committed()));

    assertEquals(List.of(), early, "the cancel is not durable");
    assertEquals(List.of(orphan), swept);
  }

  @Test
  void whatAnUnknownJobHasLeftIsErasedByTheOwnersTransactionWhenItIsOld() {
    Instant dayBefore = NOON.minus(StillPartition.JOBS.orphanAge());
    partition.submit("toys/1", NOON);
    CheckpointKey forgotten = new CheckpointKey(JobId.parse("toys/forgotten"), "distill", 1, 7);
    CheckpointKey recent = new CheckpointKey(JobId.parse("toys/recent"), "distill", 1, 7);
    CheckpointKey known = new CheckpointKey(JobId.parse("toys/1"), "distill", 1, 7);
    Set<StoredCheckpoint> stored =
        Set.of(
            new StoredCheckpoint(forgotten, 2, dayBefore.minusMillis(1)),
            new StoredCheckpoint(recent, 2, dayBefore),
            new StoredCheckpoint(known, 2, dayBefore.minusMillis(1)));
    List<CheckpointKey> swept = new ArrayList<>();

    List<LogEntry> erased = partition.sweep(stored, swept::addAll);

    assertEquals(
        List.of(
            new LogEntry.Erase("toys/forgotten/distill/1/7/0"),
            new LogEntry.Erase("toys/forgotten/distill/1/7/1")),
        erased);
    assertEquals(List.of(), swept);
  }

  @Test
  void oneTransactionErasesSoManyOrphansAndTheNextTheRest() {
    Set<StoredCheckpoint> stored = new HashSet<>();
    for (int number = 1; number <= 30; number++) {
      CheckpointKey key = new CheckpointKey(JobId.parse("toys/forgotten"), "distill", 1, number);
      stored.add(new StoredCheckpoint(key, 70, NOON.minus(Duration.ofDays(60 - number))));
    }

    List<LogEntry> erased = partition.sweep(stored, garbage -> {});

    assertEquals(Sweep.MOST_ERASED / 70 * 70, erased.size());
    assertEquals(new LogEntry.Erase("toys/forgotten/distill/1/1/0"), erased.getFirst());
  }

  private static IntakeRecord cancel(JobId job) {
    return new IntakeRecord.Ordered(
        new JobCommand("c1", job, new JobCommand.Cancel()), "commands/0/1", NOON);
  }
}
