package dev.voxelmill.simulation;

import dev.voxelmill.actors.owner.LiveAttempts;
import dev.voxelmill.actors.owner.OwnedPartition;
import dev.voxelmill.actors.owner.OwnerConfig;
import dev.voxelmill.actors.owner.OwnerStore;
import dev.voxelmill.actors.owner.PartitionOwner;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.OwnerMessage.FromWorker;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The owner of a partition on one host, life after life: it opens the log, decides as in
 * production, and begins anew when the log fails or somebody else has opened it.
 */
final class SimulatedOwner {
  private static final int BATCH = 10;

  /** More often than in production, so that some fall into every run. */
  private static final Duration SWEEP = Duration.ofSeconds(3);

  private final Cluster cluster;
  private final Host host;
  private final int partition;
  private final OwnerConfig config;
  private Optional<Life> life = Optional.empty();
  private int lives;
  private boolean stopped;

  SimulatedOwner(Cluster cluster, Host host, int partition, OwnerConfig config) {
    this.cluster = cluster;
    this.host = host;
    this.partition = partition;
    this.config = config;
    open();
  }

  private void open() {
    lives++;
    cluster
        .log(partition)
        .open(
            host,
            replay -> {
              if (stopped) {
                return;
              }
              if (replay.isPresent()) {
                life = Optional.of(new Life(replay.get()));
                cluster.timeline().note("owner", partition, "opened on", host.name());
                life.get().start();
              } else {
                beginAnew();
              }
            });
  }

  /** The host gives the partition to another. */
  void stop() {
    stopped = true;
    life = Optional.empty();
  }

  void hear(OwnerMessage message) {
    life.ifPresent(now -> now.guard(() -> now.owned.hear(message)));
  }

  private void beginAnew() {
    life = Optional.empty();
    host.after(
        cluster
            .timeline()
            .between(
                (double) config.restartMin().toMillis(), (double) config.restartMax().toMillis()),
        () -> {
          if (!stopped) {
            open();
          }
        });
  }

  /** From opening the log to its end. */
  private final class Life implements OwnedPartition.Surroundings {
    private final SimulatedLog.Session session;
    private final SimulatedLeases leases;
    private final OwnedPartition owned;
    private long position;
    private boolean delivering;

    Life(SimulatedLog.Replay replay) {
      session = replay.session();
      position = replay.nextIntakeOffset();
      leases = new SimulatedLeases(cluster, host, config, this::lost);
      owned =
          new OwnedPartition(
              partition,
              host.name() + "-" + lives + "-" + cluster.unique(),
              config,
              replay.states(),
              this);
    }

    void start() {
      remind();
      feed();
      search();
    }

    private boolean isCurrent() {
      return life.filter(now -> now == this).isPresent();
    }

    /** What fails here ends this life, as an exception ends an actor's. */
    void guard(Runnable action) {
      if (!isCurrent()) {
        return;
      }
      try {
        action.run();
      } catch (PartitionOwner.OwnershipEndedException e) {
        cluster.timeline().note("owner", partition, "on", host.name(), e.getMessage());
        beginAnew();
      }
    }

    private void remind() {
      guard(owned::remind);
      host.after(
          config.offer(),
          () -> {
            if (isCurrent()) {
              remind();
            }
          });
    }

    /** Reading takes a while, and so does deleting what no state can name. */
    private void search() {
      Set<StoredCheckpoint> stored =
          cluster.checkpoints().stored(job -> Cluster.home(job) == partition);
      host.after(
          cluster.timeline().between(5, 500),
          () -> guard(() -> owned.sweep(stored, this::deleteLater)));
      host.after(
          SWEEP,
          () -> {
            if (isCurrent()) {
              search();
            }
          });
    }

    private void deleteLater(List<CheckpointKey> unnamed) {
      cluster
          .timeline()
          .after(cluster.timeline().between(1, 5000), () -> cluster.checkpoints().delete(unnamed));
    }

    private void feed() {
      List<IntakeRecord> intake = cluster.log(partition).intake();
      if (!delivering && position < intake.size()) {
        delivering = true;
        List<OwnerStore.Positioned> batch = new ArrayList<>();
        while (position < intake.size() && batch.size() < BATCH) {
          batch.add(new OwnerStore.Positioned(intake.get((int) position), ++position));
        }
        if (cluster.sabotage() == Sabotage.INTAKE_BEFORE_STATE) {
          cluster.log(partition).skipIntake(position);
        }
        guard(
            () ->
                owned.hear(
                    new PartitionOwner.Arrived(
                        batch,
                        () -> {
                          delivering = false;
                        })));
      }
      host.after(
          Duration.ofMillis(50),
          () -> {
            if (isCurrent()) {
              feed();
            }
          });
    }

    private void lost(PartitionOwner.AttemptLost lost) {
      guard(() -> owned.hear(lost));
    }

    @Override
    public Instant now() {
      return host.wall();
    }

    @Override
    public void commit(LogBatch batch) {
      boolean early = cluster.sabotage() == Sabotage.EFFECTS_BEFORE_COMMIT;
      if (early) {
        host.after(Duration.ZERO, () -> committed(new CommitOutcome.Committed()));
      }
      session.commit(
          batch,
          outcome -> {
            if (!early || !(outcome instanceof CommitOutcome.Committed)) {
              committed(outcome);
            }
          });
    }

    private void committed(CommitOutcome outcome) {
      guard(() -> owned.hear(new PartitionOwner.Committed(outcome)));
    }

    @Override
    public void readGlb(FromWorker message, FileRef glb) {
      host.after(
          cluster.timeline().between(1, 60),
          () -> guard(() -> owned.hear(new PartitionOwner.GlbRead(message, ""))));
    }

    @Override
    public void tell(PlacementMessage message) {
      cluster.toPlacement(host, message);
    }

    @Override
    public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {
      cluster.toWorker(host, (WorkerAddress) worker, command);
    }

    @Override
    public void drop(JobId job, List<CheckpointManifest> checkpoints) {
      cluster.checkpoints().drop(job, checkpoints);
    }

    @Override
    public LiveAttempts attempts() {
      return leases;
    }
  }
}
