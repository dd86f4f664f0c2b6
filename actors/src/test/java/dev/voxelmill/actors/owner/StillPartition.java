package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
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
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** A partition of an owner without actors, broker or clock, and what it commits. */
final class StillPartition {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  static final Duration REMEMBER = Duration.ofDays(9);

  /** In all 4 and of one tenant 2 in this partition, one of two. */
  static final JobsConfig JOBS =
      new JobsConfig(8, 4, REMEMBER, Duration.ofMinutes(1), Duration.ofDays(1), 2);

  private final Still surroundings = new Still();
  private final OwnedPartition owner;

  /** A partition whose log is empty. */
  StillPartition() {
    this(List.of());
  }

  /** A partition in whose log these states are. */
  StillPartition(List<JobState> remembered) {
    owner = new OwnedPartition(0, "life", config(), remembered, surroundings);
  }

  static OwnerConfig config() {
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

  OwnedPartition owner() {
    return owner;
  }

  /** Sets the clock. */
  void at(Instant now) {
    surroundings.now = now;
  }

  /** Has a request arrive; returns what was committed about it. */
  List<LogEntry> submit(String job, Instant at) {
    return arrive(
        new IntakeRecord.Submitted(
            Requests.of(JobId.parse(job)), Requests.BODY, "requests/0/1", at));
  }

  /** Has a command arrive that was sent at noon; returns what was committed about it. */
  List<LogEntry> order(String job, JobCommand.Order order) {
    JobCommand command = new JobCommand("c1", JobId.parse(job), order);
    return arrive(new IntakeRecord.Ordered(command, "commands/0/1", NOON));
  }

  /** From now on attempts run. */
  void runAttempts() {
    surroundings.isAnyAlive = true;
  }

  /** How often nothing was committed. */
  int asked() {
    return surroundings.asked;
  }

  private List<LogEntry> arrive(IntakeRecord record) {
    surroundings.entries.clear();
    owner.hear(new PartitionOwner.Arrived(List.of(new OwnerStore.Positioned(record, 1)), () -> {}));
    owner.hear(new PartitionOwner.Committed(new CommitOutcome.Committed()));
    return List.copyOf(surroundings.entries);
  }

  /** Tells the owner that time has passed; returns what it committed. */
  List<LogEntry> remind() {
    surroundings.entries.clear();
    owner.remind();
    return List.copyOf(surroundings.entries);
  }

  /** Has the owner compare what is stored with what its jobs can refer to. */
  List<LogEntry> sweep(Set<StoredCheckpoint> stored, Consumer<List<CheckpointKey>> garbage) {
    surroundings.entries.clear();
    owner.sweep(stored, garbage);
    return List.copyOf(surroundings.entries);
  }

  /** Remembers what was committed; nobody works and time stands still. */
  private static final class Still implements OwnedPartition.Surroundings {
    private final List<LogEntry> entries = new ArrayList<>();
    private Instant now = NOON;
    private boolean isAnyAlive;
    private int asked;

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void commit(LogBatch batch) {
      entries.addAll(batch.entries());
      asked += batch.equals(LogBatch.NOTHING) ? 1 : 0;
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
      return new NoAttempts() {
        @Override
        public boolean areAny() {
          return isAnyAlive;
        }
      };
    }
  }
}
