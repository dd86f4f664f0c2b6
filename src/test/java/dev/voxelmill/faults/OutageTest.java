package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.worker.WorkerStatus;
import dev.voxelmill.storage.chunk.ChunkConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kafka is away or shared; minutes each. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class OutageTest {
  /** A write that takes longer is given up. */
  private static final Duration PATIENCE = ChunkConfig.load().patience();

  private static final Duration AWAY = PATIENCE.plusSeconds(10);

  /** The checkpoints of a job lie so many steps apart, unless one could not be stored. */
  private static final int CHECKPOINT_STEPS = 10;

  @Test
  @Fault(
      id = "F09",
      what = "the only broker killed and away for longer than anybody's patience with it",
      also = "the worker computes on meanwhile, and stores again what was not stored")
  void theBrokerMayBeAwayForLong(FaultCluster cluster, Outcome outcome) throws Exception {
    Part worker = computing(cluster, "f09-away");

    cluster.broker().kill();
    Thread.sleep(AWAY);
    cluster.startBroker().awaitReady();
    cluster.jobs().awaitSuccess("f09-away");

    outcome.fired(computedOn(cluster, "f09-away", worker));
  }

  @Test
  @Fault(
      id = "F09",
      what = "the only broker frozen until a write has been given up",
      also = "the worker computes on meanwhile; the job keeps its first attempt")
  void theBrokerMayStandStillForLong(FaultCluster cluster, Outcome outcome) throws Exception {
    Part worker = computing(cluster, "f09-frozen");

    cluster.broker().freeze();
    Thread.sleep(AWAY);
    cluster.broker().thaw();
    cluster.jobs().awaitSuccess("f09-frozen");

    assertEquals(1, cluster.jobs().attempts("f09-frozen"));
    outcome.fired(computedOn(cluster, "f09-frozen", worker));
  }

  /** The worker that runs such a job, once there is something durable of it. */
  private static Part computing(FaultCluster cluster, String id) {
    cluster.submit(Jobs.synthetic(id, 1200, 100));
    cluster.jobs().awaitCheckpoint(id, "synthetic", CHECKPOINT_STEPS);
    return cluster.holder(id, "synthetic");
  }

  /** Holds the job's events to what the worker must have done without a broker. */
  private static String computedOn(FaultCluster cluster, String id, Part worker) {
    JobFacts.Drought drought = cluster.jobs().drought(id, "synthetic");
    assertTrue(drought.time().compareTo(PATIENCE) > 0, drought::toString);
    assertTrue(drought.steps() > 10 * CHECKPOINT_STEPS, drought::toString);
    assertTrue(worker.isAlive(), worker.lastWords());
    return "%d steps and %d s without anything durable, attempts: %d"
        .formatted(drought.steps(), drought.time().toSeconds(), cluster.jobs().attempts(id));
  }

  @Test
  @Fault(
      id = "F33",
      what = "two installations on one broker, the same id in both, one loses its only supervisor",
      also = "each job is run by a worker of its own installation")
  void twoInstallationsOnOneBrokerDoNotMeet(FaultCluster cluster, Outcome outcome)
      throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-other-");
    try (FaultCluster other =
        FaultCluster.start(directory, cluster.layout().beside("other", 1, 1))) {
      cluster.submit(Jobs.synthetic("f33", 100, 50));
      other.submit(Jobs.synthetic("f33", 200, 50));
      long own = other.holder("f33", "synthetic").pid();
      other.supervisor(0).kill();
      cluster.jobs().awaitSuccess("f33");
      other.heal();
      other.jobs().awaitSuccess("f33");

      other.assertSound();
      List<Long> seen =
          cluster.fleetNow().stream()
              .flatMap(fleet -> fleet.workers().stream())
              .map(WorkerStatus::pid)
              .toList();
      assertFalse(seen.contains(own));
      outcome.fired("two jobs of one id, two assets");
    }
  }
}
