package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.owner.LiveAttempts;
import dev.voxelmill.actors.owner.NoAttempts;
import dev.voxelmill.actors.owner.OwnedPartition;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.storage.log.LogBatch;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What a queued job costs its owner: jobs of a hundred tenants are read from their JSON, as after
 * the start of an owner, and given to the decisions of a real one, whose queue they then stand in.
 */
public final class QueueHeap implements OwnedPartition.Surroundings {
  private static final JsonCodec<JobState> CODEC = JsonCodec.of(JobState.class);
  private static final LiveAttempts NOBODY = new NoAttempts();
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  /** Bytes of heap for each queued job of the method with its default parameters. */
  public double bytesPerJob(Method method, int jobs) {
    measure(method, 10); // classes and pools that every owner has
    return measure(method, jobs);
  }

  private double measure(Method method, int jobs) {
    double before = usedAfterCollection();
    OwnedPartition owner = owner(method, jobs);
    double bytes = (usedAfterCollection() - before) / owner.states().size();
    owner.remind(); // keeps it reachable
    return bytes;
  }

  private OwnedPartition owner(Method method, int jobs) {
    List<JobState> states = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      states.add(CODEC.decode(CODEC.encode(QueuedJobs.accepted(method, i, NOW))));
    }
    return new OwnedPartition(0, "bench", SupervisorConfig.load().owner(), states, this);
  }

  /**
   * The serial collector leaves dead wood where it lies and compacts all of it each fourth time.
   */
  static double usedAfterCollection() {
    for (int collection = 0; collection < 4; collection++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Override
  public Instant now() {
    return NOW;
  }

  @Override
  public LiveAttempts attempts() {
    return NOBODY;
  }

  // Queued jobs ask for nothing but offers, which nobody hears here.

  @Override
  public void tell(PlacementMessage message) {}

  @Override
  public void commit(LogBatch batch) {}

  @Override
  public void readGlb(OwnerMessage.FromWorker message, FileRef glb) {}

  @Override
  public void tell(ActorRef<WorkerCommand> worker, WorkerCommand command) {}

  @Override
  public void drop(JobId job, List<CheckpointManifest> checkpoints) {}
}
