package dev.voxelmill.actors.owner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.protocols.worker.Assignment;
import dev.voxelmill.protocols.worker.OwnerMessage;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.protocols.worker.TaskRef;
import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.protocols.worker.WorkerReport;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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

/**
 * Owners on a real broker, for one test; placement and two workers are probes, of which the first
 * is the one that reports.
 */
final class OwnerStage {
  /** Longer than anything takes on a busy machine. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of tests in which no lease may run out, however slow the machine is. */
  static final Duration LONG_LEASE = Duration.ofMinutes(5);

  static final WorkerId ONE = new WorkerId("w1");
  static final WorkerId TWO = new WorkerId("w2");

  static final WorkerReport RUNNING =
      new WorkerReport.Running(new WorkerReport.Progress(1, 10, 1, Double.NaN, Double.NaN));

  /** What the tests of a class share: a broker with the topics, and an actor system. */
  record Ground(EmbeddedBroker broker, Installation installation, ActorTestKit kit)
      implements AutoCloseable {
    static Ground start(Path directory) throws IOException {
      EmbeddedBroker broker = EmbeddedBroker.start(directory);
      return new Ground(
          broker,
          new TopicSetup(broker.bootstrap(), TopicsConfig.load(), PATIENCE).run(),
          ActorTestKit.create());
    }

    @Override
    public void close() {
      kit.shutdownTestKit();
      broker.close();
    }
  }

  private final Ground ground;
  private final TestProbe<PlacementMessage> placement;
  private final TestProbe<WorkerCommand> one;
  private final TestProbe<WorkerCommand> two;
  private final Queue<Integer> stopped = new ConcurrentLinkedQueue<>();

  OwnerStage(Ground ground) {
    this.ground = ground;
    this.placement = ground.kit().createTestProbe(PlacementMessage.class);
    this.one = ground.kit().createTestProbe(WorkerCommand.class);
    this.two = ground.kit().createTestProbe(WorkerCommand.class);
  }

  TestProbe<PlacementMessage> placement() {
    return placement;
  }

  TestProbe<WorkerCommand> one() {
    return one;
  }

  TestProbe<WorkerCommand> two() {
    return two;
  }

  /** Partitions whose owners have said that they were stopped. */
  List<Integer> stopped() {
    return List.copyOf(stopped);
  }

  /** Starts the owner of a partition and waits until it owns it. */
  ActorRef<OwnerMessage> owner(int partition, Duration lease) {
    return owner(partition, lease, InstantSource.system());
  }

  ActorRef<OwnerMessage> owner(int partition, Duration lease, InstantSource clock) {
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
            ground.installation(),
            logs(),
            config.intakeBatch(),
            new KafkaOwnerStore.Beside(
                blob -> CompletableFuture.completedFuture(new byte[0]),
                dropped -> CompletableFuture.completedFuture(null),
                home -> CompletableFuture.completedFuture(Set.of()),
                (home, garbage) -> CompletableFuture.completedFuture(null),
                event -> {}));
    ActorRef<OwnerMessage> owner =
        ground
            .kit()
            .spawn(
                PartitionOwner.create(
                    partition,
                    new PartitionOwner.Ports(
                        config, clock, store, placement.getRef(), stopped::add)));
    TestProbe<OwnerMessage.Owned> opened = ground.kit().createTestProbe(OwnerMessage.Owned.class);
    opened.awaitAssert(
        PATIENCE,
        () -> {
          owner.tell(new OwnerMessage.Inquire(opened.getRef()));
          return opened.expectMessage(Duration.ofMillis(200), new OwnerMessage.Owned(partition));
        });
    return owner;
  }

  /** Ends an owner; returns when it has. */
  void stop(ActorRef<OwnerMessage> owner) {
    ground.kit().stop(owner, PATIENCE);
  }

  /** Takes a partition from its owner, which learns of it at its next commit. */
  OpenOutcome usurp(int partition) throws Exception {
    return logs().open(partition).toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private PartitionLogs logs() {
    return new PartitionLogs(ground.installation(), LogConfig.load());
  }

  /** Submits a request and waits until its first task is offered. */
  TaskRef accepted(int partition, String id) throws Exception {
    JobId job = new JobId("default", id);
    send(
        partition,
        new IntakeRecord.Submitted(
            Requests.of(job),
            Requests.BODY,
            "voxelmill.requests/0/0",
            InstantSource.system().instant()));
    TaskRef task = new TaskRef(job, "encode");
    awaitOffer(task);
    return task;
  }

  /** Submits a request whose first task the first worker then runs, with report number 1. */
  TaskRef started(int partition, String id, ActorRef<OwnerMessage> owner) throws Exception {
    TaskRef task = accepted(partition, id);
    owner.tell(proposal(task, ONE));
    run(one);
    owner.tell(report(task, 1, new WorkerReport.Started()));
    one.expectMessage(PATIENCE, new WorkerCommand.Acknowledge(task, 1, 1));
    return task;
  }

  /** Proposes the second worker for a task until it is granted. */
  Assignment grantedToTwo(TaskRef task, ActorRef<OwnerMessage> owner) {
    return two.awaitAssert(
            PATIENCE,
            () -> {
              owner.tell(proposal(task, TWO));
              return two.expectMessageClass(WorkerCommand.Run.class, Duration.ofSeconds(1));
            })
        .assignment();
  }

  /** Sends a command to the owner of a partition. */
  void order(int partition, JobId job, String id, JobCommand.Order order) throws Exception {
    send(
        partition,
        new IntakeRecord.Ordered(
            new JobCommand(id, job, order),
            "voxelmill.commands/0/0",
            InstantSource.system().instant()));
  }

  private void send(int partition, IntakeRecord intake) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", ground.broker().bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] value = JsonCodec.of(IntakeRecord.class).encode(intake);
      var record =
          new ProducerRecord<>(
              ground.installation().topic(Topic.INTAKE),
              partition,
              intake.job().key().getBytes(UTF_8),
              value);
      producer.send(record).get();
    }
  }

  /** Placement proposes that a worker take a task. */
  OwnerMessage proposal(TaskRef task, WorkerId worker) {
    return new OwnerMessage.Proposal(
        task, worker, worker.equals(ONE) ? one.getRef() : two.getRef());
  }

  /** What the first worker tells about its first attempt. */
  OwnerMessage report(TaskRef task, long number, WorkerReport report) {
    return new OwnerMessage.FromWorker(task, 1, ONE, number, report, one.getRef());
  }

  /** Waits for the assignment that a worker is told to run, and for nothing before it. */
  static Assignment run(TestProbe<WorkerCommand> worker) {
    return ((WorkerCommand.Run) worker.receiveMessage(PATIENCE)).assignment();
  }

  /** Keeps the lease of the first worker until it hears that. */
  void runUntilTold(ActorRef<OwnerMessage> owner, TaskRef task, Predicate<WorkerCommand> wanted) {
    one.awaitAssert(
        PATIENCE,
        () -> {
          owner.tell(report(task, 0, RUNNING));
          WorkerCommand told = one.expectMessageClass(WorkerCommand.class, Duration.ofMillis(300));
          assertTrue(wanted.test(told), told::toString);
          return told;
        });
  }

  /** Waits until the first worker is told that. */
  void awaitTold(WorkerCommand wanted) {
    one.fishForMessage(
        PATIENCE,
        told ->
            told.equals(wanted) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
  }

  /** Waits until a task is offered to placement. */
  void awaitOffer(TaskRef task) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            offers(message, task)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  /** Waits until placement is told that a task is not to be placed any more. */
  void awaitWithdrawal(TaskRef task) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            message instanceof PlacementMessage.Offers offers && offers.withdrawn().contains(task)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  /** Waits until placement is told that. */
  void await(PlacementMessage wanted) {
    placement.fishForMessage(
        PATIENCE,
        message ->
            message.equals(wanted)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  /** Whether a message offers a task. */
  static boolean offers(PlacementMessage message, TaskRef task) {
    return message instanceof PlacementMessage.Offers offers
        && offers.offered().stream().anyMatch(offer -> offer.task().equals(task));
  }
}
