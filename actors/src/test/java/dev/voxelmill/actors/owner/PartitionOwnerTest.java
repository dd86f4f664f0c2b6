package dev.voxelmill.actors.owner;

import static dev.voxelmill.actors.owner.OwnerStage.LONG_LEASE;
import static dev.voxelmill.actors.owner.OwnerStage.ONE;
import static dev.voxelmill.actors.owner.OwnerStage.PATIENCE;
import static dev.voxelmill.actors.owner.OwnerStage.RUNNING;
import static dev.voxelmill.actors.owner.OwnerStage.TWO;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How owners grant, adopt, withdraw and stop attempts. Each test has its own partition. */
class PartitionOwnerTest {
  /** Of the test in which a lease runs out. */
  private static final Duration SHORT_LEASE = Duration.ofSeconds(2);

  /** Of the test that outlasts it by reports which must not be late. */
  private static final Duration KEPT_LEASE = Duration.ofSeconds(5);

  @TempDir static Path directory;
  private static OwnerStage.Ground ground;

  private final OwnerStage stage = new OwnerStage(ground);

  @BeforeAll
  static void start() throws IOException {
    ground = OwnerStage.Ground.start(directory);
  }

  @AfterAll
  static void stop() {
    ground.close();
  }

  @Test
  void aTaskIsGrantedOnceHoweverOftenItIsProposed() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(0, LONG_LEASE);
    TaskRef task = stage.accepted(0, "once");

    owner.tell(stage.proposal(task, ONE));
    owner.tell(stage.proposal(task, TWO));

    assertEquals(1, OwnerStage.run(stage.one()).attempt());
    stage.await(new PlacementMessage.AttemptEnded(task, 0, TWO));
    stage.two().expectNoMessage(Duration.ofMillis(200));
    stage.stop(owner);
  }

  @Test
  void aNewOwnerAdoptsTheAttemptThatAWorkerReports() throws Exception {
    ActorRef<OwnerMessage> first = stage.owner(1, LONG_LEASE);
    TaskRef task = stage.accepted(1, "adopted");
    first.tell(stage.proposal(task, ONE));
    OwnerStage.run(stage.one());
    stage.awaitWithdrawal(task);
    stage.stop(first);

    ActorRef<OwnerMessage> second = stage.owner(1, KEPT_LEASE);
    long end = System.nanoTime() + KEPT_LEASE.toNanos() * 3 / 2;
    while (System.nanoTime() < end) {
      second.tell(stage.report(task, 0, RUNNING));
      stage
          .placement()
          .fishForMessage(
              PATIENCE,
              message ->
                  OwnerStage.offers(message, task)
                      ? FishingOutcomes.fail("offered although a worker reports it")
                      : FishingOutcomes.complete());
    }
    second.tell(stage.report(task, 2, completed(task)));

    stage.await(new PlacementMessage.AttemptEnded(task, 1, ONE));
    assertEquals(
        new WorkerCommand.Acknowledge(task, 1, 2),
        stage
            .one()
            .fishForMessage(
                PATIENCE,
                message ->
                    message instanceof WorkerCommand.Run
                        ? FishingOutcomes.continueAndIgnore()
                        : FishingOutcomes.complete())
            .getLast());
    stage.stop(second);
  }

  @Test
  void aWorkerThatIsSilentForALeaseLosesItsAttemptAndIsToldToStop() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(2, SHORT_LEASE);
    TaskRef task = stage.started(2, "silent", owner);
    stage.awaitWithdrawal(task);

    stage.awaitOffer(task);
    owner.tell(stage.proposal(task, TWO));
    int attempt = OwnerStage.run(stage.two()).attempt();
    owner.tell(stage.report(task, 0, RUNNING));

    assertEquals(2, attempt);
    stage.one().expectMessage(PATIENCE, new WorkerCommand.Stop(task, 1, "attempt 2 is current"));
    stage.stop(owner);
  }

  @Test
  void aPausedTaskIsReleasedKeptFromPlacementAndGoesOnFromItsCheckpoint() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(4, LONG_LEASE);
    TaskRef task = stage.started(4, "paused", owner);

    stage.order(4, task.job(), "p1", new JobCommand.Pause());
    stage.runUntilTold(owner, task, new WorkerCommand.Release(task, 1)::equals);
    owner.tell(stage.report(task, 2, new WorkerReport.Released(List.of(manifest(task)))));
    stage.awaitTold(new WorkerCommand.Acknowledge(task, 1, 2));
    stage.stop(owner);
    ActorRef<OwnerMessage> next = stage.owner(4, LONG_LEASE);
    next.tell(stage.proposal(task, TWO));
    stage.await(new PlacementMessage.AttemptEnded(task, 0, TWO));
    stage.order(4, task.job(), "r1", new JobCommand.Resume());
    Assignment resumed = stage.grantedToTwo(task, next);

    assertEquals(2, resumed.attempt());
    assertEquals(List.of(manifest(task)), resumed.checkpoints());
    stage.stop(next);
  }

  @Test
  void aCancelledTaskIsStoppedAndItsReportChangesNothing() throws Exception {
    ActorRef<OwnerMessage> owner = stage.owner(5, LONG_LEASE);
    TaskRef task = stage.started(5, "cancelled", owner);

    stage.order(5, task.job(), "c1", new JobCommand.Cancel());
    stage.runUntilTold(owner, task, told -> stops(told, task));
    owner.tell(stage.report(task, 2, completed(task)));

    stage.awaitTold(new WorkerCommand.Acknowledge(task, 1, 2));
    assertTrue(stops(stage.one().expectMessageClass(WorkerCommand.Stop.class, PATIENCE), task));
    stage.stop(owner);
  }

  /** By the command, or as the answer to a report of a worker whose lease had run out before. */
  private static boolean stops(WorkerCommand told, TaskRef task) {
    return told instanceof WorkerCommand.Stop stop
        && stop.task().equals(task)
        && stop.attempt() == 1;
  }

  private static WorkerReport completed(TaskRef task) {
    return new WorkerReport.Completed(
        new TaskOutput.Tensors(manifest(task)), new TaskOutput.Cost(ONE, 1, 1, 0, 0, 1, Map.of()));
  }

  private static CheckpointManifest manifest(TaskRef task) {
    return new CheckpointManifest(
        task.task(),
        1,
        1,
        1,
        1,
        CheckpointManifest.PayloadCodec.NONE,
        4,
        List.of(new ChunkRef(0, 4, 0)),
        "cpu");
  }
}
