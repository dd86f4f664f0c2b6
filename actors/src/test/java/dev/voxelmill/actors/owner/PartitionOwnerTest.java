package dev.voxelmill.actors.owner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.geometry.ViewCamera;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.ParameterCheck;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskOutput;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLog;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners on a real broker; placement and workers are probes. Each test has its own partition. */
class PartitionOwnerTest {
  /** Of tests in which no lease may run out, however slow the machine is. */
  private static final Duration LONG_LEASE = Duration.ofMinutes(5);

  /** Of tests in which one does. */
  private static final Duration SHORT_LEASE = Duration.ofSeconds(2);

  /** Of the test that outlasts it by reports which must not be late. */
  private static final Duration KEPT_LEASE = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final WorkerId ONE = new WorkerId("w1");
  private static final WorkerId TWO = new WorkerId("w2");

  @TempDir static Path directory;
  private static ActorTestKit kit;
  private static EmbeddedBroker broker;
  private static Installation installation;

  private final TestProbe<PlacementMessage> placement = kit.createTestProbe(PlacementMessage.class);
  private final TestProbe<WorkerCommand> one = kit.createTestProbe(WorkerCommand.class);
  private final Queue<Integer> stopped = new ConcurrentLinkedQueue<>();
  private final TestProbe<WorkerCommand> two = kit.createTestProbe(WorkerCommand.class);

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(directory);
    installation = new TopicSetup(broker.bootstrap(), TopicsConfig.load(), PATIENCE).run();
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
    broker.close();
  }

  @Test
  void aTaskIsGrantedOnceHoweverOftenItIsProposed() throws Exception {
    ActorRef<OwnerMessage> owner = owner(0, LONG_LEASE);
    TaskRef task = accepted(0, "once");

    owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    owner.tell(new OwnerMessage.Proposal(task, TWO, two.getRef()));

    assertEquals(1, run(one).attempt());
    await(new PlacementMessage.AttemptEnded(task, 0, TWO));
    two.expectNoMessage(Duration.ofMillis(200));
    kit.stop(owner);
  }

  @Test
  void aNewOwnerAdoptsTheAttemptThatAWorkerReports() throws Exception {
    ActorRef<OwnerMessage> first = owner(1, LONG_LEASE);
    TaskRef task = accepted(1, "adopted");
    first.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    run(one);
    awaitWithdrawal(task);
    kit.stop(first, PATIENCE);

    ActorRef<OwnerMessage> second = owner(1, KEPT_LEASE);
    long end = System.nanoTime() + KEPT_LEASE.toNanos() * 3 / 2;
    while (System.nanoTime() < end) {
      second.tell(report(task, 0, new WorkerReport.Running(progress())));
      placement.fishForMessage(
          PATIENCE,
          message ->
              offers(message, task)
                  ? FishingOutcomes.fail("offered although a worker reports it")
                  : FishingOutcomes.complete());
    }
    second.tell(report(task, 2, completed(task)));

    await(new PlacementMessage.AttemptEnded(task, 1, ONE));
    assertEquals(
        new WorkerCommand.Acknowledge(task, 1, 2),
        one.fishForMessage(
                PATIENCE,
                message ->
                    message instanceof WorkerCommand.Run
                        ? FishingOutcomes.continueAndIgnore()
                        : FishingOutcomes.complete())
            .getLast());
    kit.stop(second);
  }

  @Test
  void aWorkerThatIsSilentForALeaseLosesItsAttemptAndIsToldToStop() throws Exception {
    ActorRef<OwnerMessage> owner = owner(2, SHORT_LEASE);
    TaskRef task = accepted(2, "silent");
    owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    run(one);
    owner.tell(report(task, 1, new WorkerReport.Started()));
    one.expectMessage(PATIENCE, new WorkerCommand.Acknowledge(task, 1, 1));
    awaitWithdrawal(task);

    awaitOffer(task);
    owner.tell(new OwnerMessage.Proposal(task, TWO, two.getRef()));
    int attempt = run(two).attempt();
    owner.tell(report(task, 0, new WorkerReport.Running(progress())));

    assertEquals(2, attempt);
    one.expectMessage(PATIENCE, new WorkerCommand.Stop(task, 1, "attempt 2 is current"));
    kit.stop(owner);
  }

  @Test
  void aFencedOwnerForgetsWhatWasNotDurableAndStartsAfresh() throws Exception {
    ActorRef<OwnerMessage> owner = owner(3, LONG_LEASE);
    TaskRef task = accepted(3, "fenced");
    OpenOutcome usurper =
        PartitionLog.open(installation, 3, LogConfig.load())
            .toCompletableFuture()
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    WorkerCommand.Run run =
        two.awaitAssert(
            PATIENCE,
            () -> {
              owner.tell(new OwnerMessage.Proposal(task, TWO, two.getRef()));
              return two.expectMessageClass(WorkerCommand.Run.class, Duration.ofSeconds(1));
            });

    assertEquals(1, run.assignment().attempt());
    one.expectNoMessage(Duration.ofMillis(200));
    assertInstanceOf(OpenOutcome.Opened.class, usurper);
    kit.stop(owner);
  }

  @Test
  void anOwnerThatIsStoppedSaysSoAndOneThatStartsAfreshDoesNot() throws Exception {
    ActorRef<OwnerMessage> owner = owner(6, LONG_LEASE);
    PartitionLog.open(installation, 6, LogConfig.load())
        .toCompletableFuture()
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    accepted(6, "after-a-fresh-start");
    List<Integer> before = List.copyOf(stopped);

    kit.stop(owner, PATIENCE);

    assertEquals(List.of(), before);
    assertEquals(List.of(6), List.copyOf(stopped));
  }

  @Test
  void anOwnerThatIsFencedAgainAndAgainRaisesTheAlarm() throws Exception {
    // However long it takes, the fencings are within a minute of the owner's clock.
    ActorRef<OwnerMessage> owner = owner(7, LONG_LEASE, InstantSource.fixed(Instant.now()));

    for (int times = 1; times <= Fencings.ALARMING; times++) {
      TaskRef task = accepted(7, "contested-" + times);
      OpenOutcome usurper =
          PartitionLog.open(installation, 7, LogConfig.load())
              .toCompletableFuture()
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertInstanceOf(OpenOutcome.Opened.class, usurper).log().close();
      owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    }

    await(new PlacementMessage.Contested(7, Fencings.ALARMING));
    kit.stop(owner);
  }

  @Test
  void aPausedTaskIsReleasedKeptFromPlacementAndGoesOnFromItsCheckpoint() throws Exception {
    ActorRef<OwnerMessage> owner = owner(4, LONG_LEASE);
    TaskRef task = accepted(4, "paused");
    owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    run(one);
    owner.tell(report(task, 1, new WorkerReport.Started()));
    one.expectMessage(PATIENCE, new WorkerCommand.Acknowledge(task, 1, 1));

    order(4, task.job(), "p1", new JobCommand.Pause());
    runUntilTold(owner, task, new WorkerCommand.Release(task, 1)::equals);
    owner.tell(report(task, 2, new WorkerReport.Released(List.of(manifest(task)))));
    one.fishForMessage(
        PATIENCE,
        told ->
            told.equals(new WorkerCommand.Acknowledge(task, 1, 2))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    kit.stop(owner, PATIENCE);
    ActorRef<OwnerMessage> next = owner(4, LONG_LEASE);
    next.tell(new OwnerMessage.Proposal(task, TWO, two.getRef()));
    await(new PlacementMessage.AttemptEnded(task, 0, TWO));
    order(4, task.job(), "r1", new JobCommand.Resume());
    Assignment resumed =
        two.awaitAssert(
                PATIENCE,
                () -> {
                  next.tell(new OwnerMessage.Proposal(task, TWO, two.getRef()));
                  return two.expectMessageClass(WorkerCommand.Run.class, Duration.ofSeconds(1));
                })
            .assignment();

    assertEquals(2, resumed.attempt());
    assertEquals(List.of(manifest(task)), resumed.checkpoints());
    kit.stop(next);
  }

  @Test
  void aCancelledTaskIsStoppedAndItsReportChangesNothing() throws Exception {
    ActorRef<OwnerMessage> owner = owner(5, LONG_LEASE);
    TaskRef task = accepted(5, "cancelled");
    owner.tell(new OwnerMessage.Proposal(task, ONE, one.getRef()));
    run(one);
    owner.tell(report(task, 1, new WorkerReport.Started()));
    one.expectMessage(PATIENCE, new WorkerCommand.Acknowledge(task, 1, 1));

    order(5, task.job(), "c1", new JobCommand.Cancel());
    runUntilTold(owner, task, told -> stops(told, task));
    owner.tell(report(task, 2, completed(task)));

    one.fishForMessage(
        PATIENCE,
        told ->
            told.equals(new WorkerCommand.Acknowledge(task, 1, 2))
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertTrue(stops(one.expectMessageClass(WorkerCommand.Stop.class, PATIENCE), task));
    kit.stop(owner);
  }

  /** By the command, or as the answer to a report of a worker whose lease had run out before. */
  private static boolean stops(WorkerCommand told, TaskRef task) {
    return told instanceof WorkerCommand.Stop stop
        && stop.task().equals(task)
        && stop.attempt() == 1;
  }

  private ActorRef<OwnerMessage> owner(int partition, Duration lease) {
    return owner(partition, lease, InstantSource.system());
  }

  private ActorRef<OwnerMessage> owner(int partition, Duration lease, InstantSource clock) {
    Duration restart = Duration.ofMillis(200);
    OwnerConfig config =
        new OwnerConfig(
            lease,
            lease,
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(250),
            restart,
            restart,
            restart,
            10,
            ByteSize.parse("512KiB"),
            new JobsConfig(
                1000, 1000, Duration.ofDays(9), Duration.ofMinutes(1), Duration.ofDays(1), 8));
    var store =
        new KafkaOwnerStore(
            installation,
            LogConfig.load(),
            config.intakeBatch(),
            new KafkaOwnerStore.Beside(
                blob -> CompletableFuture.completedFuture(new byte[0]),
                dropped -> CompletableFuture.completedFuture(null),
                home -> CompletableFuture.completedFuture(Set.of()),
                (home, garbage) -> CompletableFuture.completedFuture(null),
                event -> {}));
    ActorRef<OwnerMessage> owner =
        kit.spawn(
            PartitionOwner.create(
                partition,
                new PartitionOwner.Ports(config, clock, store, placement.getRef(), stopped::add)));
    TestProbe<OwnerMessage.Owned> opened = kit.createTestProbe(OwnerMessage.Owned.class);
    opened.awaitAssert(
        PATIENCE,
        () -> {
          owner.tell(new OwnerMessage.Inquire(opened.getRef()));
          return opened.expectMessage(Duration.ofMillis(200), new OwnerMessage.Owned(partition));
        });
    return owner;
  }

  /** Submits a request and waits until its first task is offered. */
  private TaskRef accepted(int partition, String id) throws Exception {
    JobId job = new JobId("default", id);
    send(partition, request(job));
    TaskRef task = new TaskRef(job, "encode");
    awaitOffer(task);
    return task;
  }

  private static void order(int partition, JobId job, String id, JobCommand.Order order)
      throws Exception {
    send(
        partition,
        new IntakeRecord.Ordered(
            new JobCommand(id, job, order),
            "voxelmill.commands/0/0",
            InstantSource.system().instant()));
  }

  private static void send(int partition, IntakeRecord intake) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] value = JsonCodec.of(IntakeRecord.class).encode(intake);
      var record =
          new ProducerRecord<>(
              installation.topic(Topic.INTAKE),
              partition,
              intake.job().key().getBytes(UTF_8),
              value);
      producer.send(record).get();
    }
  }

  /** Keeps the lease of the first worker until it hears that. */
  private void runUntilTold(
      ActorRef<OwnerMessage> owner, TaskRef task, Predicate<WorkerCommand> wanted) {
    one.awaitAssert(
        PATIENCE,
        () -> {
          owner.tell(report(task, 0, new WorkerReport.Running(progress())));
          WorkerCommand told = one.expectMessageClass(WorkerCommand.class, Duration.ofMillis(300));
          assertTrue(wanted.test(told), told::toString);
          return told;
        });
  }

  private void awaitOffer(TaskRef task) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            offers(message, task)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private static boolean offers(PlacementMessage message, TaskRef task) {
    return message instanceof PlacementMessage.Offers offers
        && offers.offered().stream().anyMatch(offer -> offer.task().equals(task));
  }

  private void awaitWithdrawal(TaskRef task) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            message instanceof PlacementMessage.Offers offers && offers.withdrawn().contains(task)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private void await(PlacementMessage wanted) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            message.equals(wanted)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private static Assignment run(TestProbe<WorkerCommand> worker) {
    return ((WorkerCommand.Run) worker.receiveMessage(PATIENCE)).assignment();
  }

  private OwnerMessage report(TaskRef task, long number, WorkerReport report) {
    return new OwnerMessage.FromWorker(task, 1, ONE, number, report, one.getRef());
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

  private static WorkerReport.Progress progress() {
    return new WorkerReport.Progress(1, 10, 1, Double.NaN, Double.NaN);
  }

  private static IntakeRecord request(JobId job) {
    var check = (ParameterCheck.Accepted) Methods.IMAGE_TO_3D.check(Map.of());
    var image =
        new JobRequest.ImageRef("image/png", 1, 1, new BlobRef("0".repeat(64), 1, 0, List.of()));
    var request =
        new JobRequest(
            job,
            Methods.IMAGE_TO_3D.name(),
            image,
            ViewCamera.DEFAULT,
            1,
            check.parameters(),
            List.of(),
            5);
    return new IntakeRecord.Submitted(
        request, "b0d1", "voxelmill.requests/0/0", InstantSource.system().instant());
  }
}
