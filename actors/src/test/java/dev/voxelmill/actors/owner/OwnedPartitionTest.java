package dev.voxelmill.actors.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

/** How many jobs an owner takes on and how long it knows them; no actor, no broker, no clock. */
class OwnedPartitionTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final Duration REMEMBER = Duration.ofDays(9);

  /** In all 4 and of one tenant 2 in this partition, one of two. */
  private static final JobsConfig JOBS =
      new JobsConfig(8, 4, REMEMBER, Duration.ofMinutes(1), Duration.ofDays(1), 2);

  private final Still surroundings = new Still();
  private final OwnedPartition owner =
      new OwnedPartition(0, "life", config(), List.of(), surroundings);

  @Test
  void aTenantBeyondItsShareIsRefusedWithTheNumbersUntilAJobOfItHasEnded() {
    submit("toys/1", NOON);
    submit("toys/2", NOON);

    List<LogEntry> refused = submit("toys/3", NOON);
    order("toys/1", new JobCommand.Cancel());
    List<LogEntry> admitted = submit("toys/4", NOON);

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
    List.of("a/1", "b/1", "c/1", "d/1").forEach(job -> submit(job, NOON));

    LogEntry.Bury letter = buried(submit("e/1", NOON)).orElseThrow();

    assertEquals(DeadLetter.QUOTA, letter.code());
    assertTrue(letter.reason().startsWith("queue: 4 unfinished jobs"), letter.reason());
    assertEquals(4, owner.states().size());
  }

  @Test
  void aJobThatIsKnownIsNoNewOne() {
    submit("toys/1", NOON);
    submit("toys/2", NOON);

    assertEquals(List.of(), submit("toys/2", NOON));
  }

  @Test
  void aFinishedJobIsForgottenWhenItsTimeHasCome() {
    submit("toys/1", NOON);
    order("toys/1", new JobCommand.Cancel());

    surroundings.now = NOON.plus(REMEMBER).minusMillis(1);
    List<LogEntry> early = remind();
    surroundings.now = NOON.plus(REMEMBER);
    List<LogEntry> late = remind();

    assertEquals(List.of(), early);
    assertEquals(List.of(new LogEntry.Forget(JobId.parse("toys/1"))), late);
    assertTrue(owner.states().isEmpty());
  }

  @Test
  void aRequestThatIsOlderThanWhatIsRememberedIsNeverRun() {
    surroundings.now = NOON.plus(REMEMBER);

    Optional<LogEntry.Bury> justInTime = buried(submit("toys/1", NOON));
    LogEntry.Bury letter = buried(submit("toys/2", NOON.minusMillis(1))).orElseThrow();

    assertEquals(Optional.empty(), justInTime);
    assertEquals(DeadLetter.EXPIRED, letter.code());
  }

  @Test
  void aCommandThatNoRequestFollowedLeavesNothingBehind() {
    order("toys/1", new JobCommand.Cancel());
    surroundings.now = NOON.plusSeconds(60);

    List<LogEntry> entries = remind();

    assertEquals(new LogEntry.Forget(JobId.parse("toys/1")), entries.getFirst());
    assertTrue(owner.states().isEmpty());
  }

  @Test
  void anotherOwnerCountsAndForgetsWhatTheFirstRemembered() {
    submit("toys/1", NOON);
    submit("toys/2", NOON);
    order("toys/3", new JobCommand.Pause());
    List<JobState> remembered = List.copyOf(owner.states());
    Still later = new Still();
    OwnedPartition next = new OwnedPartition(0, "next", config(), remembered, later);

    later.now = NOON.plusSeconds(60);
    next.remind();

    assertEquals(List.of(new LogEntry.Forget(JobId.parse("toys/3"))), later.forgotten());
    assertEquals(2, next.states().size());
  }

  @Test
  void whatNoStateCanReferToIsSweptOnceThatIsDurable() {
    JobId ended = JobId.parse("toys/1");
    JobId queued = JobId.parse("toys/2");
    submit(ended.key(), NOON);
    submit(queued.key(), NOON);
    CheckpointKey orphan = new CheckpointKey(ended, "distill", 1, 7);
    Set<StoredCheckpoint> stored =
        Set.of(
            new StoredCheckpoint(orphan, 1, NOON),
            new StoredCheckpoint(new CheckpointKey(queued, "distill", 1, 7), 1, NOON));
    List<CheckpointKey> swept = new ArrayList<>();
    owner.hear(
        new PartitionOwner.Arrived(List.of(new OwnerStore.Positioned(cancel(ended), 2)), () -> {}));

    owner.sweep(stored, swept::addAll);
    List<CheckpointKey> early = List.copyOf(swept);
    owner.hear(new PartitionOwner.Committed(new CommitOutcome.Committed()));

    assertEquals(List.of(), early, "the cancel is not durable");
    assertEquals(List.of(orphan), swept);
  }

  @Test
  void whatAnUnknownJobHasLeftIsErasedByTheOwnersTransactionWhenItIsOld() {
    Instant dayBefore = NOON.minus(JOBS.orphanAge());
    submit("toys/1", NOON);
    CheckpointKey forgotten = new CheckpointKey(JobId.parse("toys/forgotten"), "distill", 1, 7);
    CheckpointKey recent = new CheckpointKey(JobId.parse("toys/recent"), "distill", 1, 7);
    CheckpointKey known = new CheckpointKey(JobId.parse("toys/1"), "distill", 1, 7);
    Set<StoredCheckpoint> stored =
        Set.of(
            new StoredCheckpoint(forgotten, 2, dayBefore.minusMillis(1)),
            new StoredCheckpoint(recent, 2, dayBefore),
            new StoredCheckpoint(known, 2, dayBefore.minusMillis(1)));
    List<CheckpointKey> swept = new ArrayList<>();
    surroundings.entries.clear();

    owner.sweep(stored, swept::addAll);

    assertEquals(
        List.of(
            new LogEntry.Erase("toys/forgotten/distill/1/7/0"),
            new LogEntry.Erase("toys/forgotten/distill/1/7/1")),
        surroundings.entries);
    assertEquals(List.of(), swept);
  }

  @Test
  void oneTransactionErasesSoManyOrphansAndTheNextTheRest() {
    Set<StoredCheckpoint> stored = new HashSet<>();
    for (int number = 1; number <= 30; number++) {
      CheckpointKey key = new CheckpointKey(JobId.parse("toys/forgotten"), "distill", 1, number);
      stored.add(new StoredCheckpoint(key, 70, NOON.minus(Duration.ofDays(60 - number))));
    }

    owner.sweep(stored, garbage -> {});

    assertEquals(Sweep.MOST_ERASED / 70 * 70, surroundings.entries.size());
    assertEquals(
        new LogEntry.Erase("toys/forgotten/distill/1/1/0"), surroundings.entries.getFirst());
  }

  private static IntakeRecord cancel(JobId job) {
    return new IntakeRecord.Ordered(
        new JobCommand("c1", job, new JobCommand.Cancel()), "commands/0/1", NOON);
  }

  private List<LogEntry> submit(String job, Instant at) {
    return arrive(
        new IntakeRecord.Submitted(request(JobId.parse(job)), "b0d1", "requests/0/1", at));
  }

  private List<LogEntry> order(String job, JobCommand.Order order) {
    JobCommand command = new JobCommand("c1", JobId.parse(job), order);
    return arrive(new IntakeRecord.Ordered(command, "commands/0/1", NOON));
  }

  private List<LogEntry> arrive(IntakeRecord record) {
    surroundings.entries.clear();
    owner.hear(new PartitionOwner.Arrived(List.of(new OwnerStore.Positioned(record, 1)), () -> {}));
    owner.hear(new PartitionOwner.Committed(new CommitOutcome.Committed()));
    return List.copyOf(surroundings.entries);
  }

  private List<LogEntry> remind() {
    surroundings.entries.clear();
    owner.remind();
    return List.copyOf(surroundings.entries);
  }

  private static Optional<LogEntry.Bury> buried(List<LogEntry> entries) {
    return entries.stream()
        .filter(LogEntry.Bury.class::isInstance)
        .map(LogEntry.Bury.class::cast)
        .findFirst();
  }

  private static OwnerConfig config() {
    Duration second = Duration.ofSeconds(1);
    return new OwnerConfig(
        second,
        second,
        second,
        second,
        second,
        second,
        second,
        second,
        10,
        ByteSize.parse("1KiB"),
        JOBS);
  }

  private static JobRequest request(JobId job) {
    var check = (ParameterCheck.Accepted) Methods.IMAGE_TO_3D.check(Map.of());
    var image =
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 1, 0, List.of()));
    return new JobRequest(
        job,
        Methods.IMAGE_TO_3D.name(),
        image,
        ViewCamera.DEFAULT,
        1,
        check.parameters(),
        List.of(),
        5);
  }

  /** Remembers what was committed; nobody works and time stands still. */
  private static final class Still implements OwnedPartition.Surroundings {
    private final List<LogEntry> entries = new ArrayList<>();
    private Instant now = NOON;

    List<LogEntry> forgotten() {
      return entries.stream().filter(LogEntry.Forget.class::isInstance).toList();
    }

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void commit(LogBatch batch) {
      entries.addAll(batch.entries());
    }

    @Override
    public void readGlb(OwnerMessage.FromWorker message, FileRef glb) {}

    @Override
    public void tell(PlacementMessage message) {}

    @Override
    public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {}

    @Override
    public void drop(JobId job, List<CheckpointManifest> checkpoints) {}

    @Override
    public LiveAttempts attempts() {
      return new NoAttempts();
    }
  }
}
