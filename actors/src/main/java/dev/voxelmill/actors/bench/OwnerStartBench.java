package dev.voxelmill.actors.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import dev.voxelmill.actors.owner.KafkaOwnerStore;
import dev.voxelmill.actors.owner.OwnerConfig;
import dev.voxelmill.actors.owner.PartitionOwner;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.protocols.worker.PlacementMessage;
import dev.voxelmill.storage.log.CommitOutcome;
import dev.voxelmill.storage.log.LogBatch;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.OpenOutcome;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * How long all owners of an installation take to come back: real owners of every partition start at
 * once, which fences whoever held it, replays every job, finds where to go on in the intake, and
 * deals with what was sent meanwhile: a command to each partition.
 */
public final class OwnerStartBench {
  private static final int BATCH = 200;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Method METHOD = Methods.SYNTHETIC;
  private static final JsonCodec<IntakeRecord> CODEC = JsonCodec.of(IntakeRecord.class);

  private final Installation installation;
  private final PartitionLogs logs;
  private final OwnerConfig owners;

  /** A bench on topics that exist and that nobody else owns. */
  public OwnerStartBench(Installation installation, LogConfig config, OwnerConfig owners) {
    this.installation = installation;
    this.logs = new PartitionLogs(installation, config);
    this.owners = owners;
  }

  /**
   * Remembers unfinished jobs, then lets all owners come back again and again.
   *
   * @param jobs how many, over all partitions; enough that each has one
   * @return milliseconds of each return, from before the first is fenced until the last has dealt
   *     with its command; the first is cold
   */
  public List<Double> measure(int jobs, int rounds) {
    remember(jobs);
    List<Double> ms = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      orderInEachPartition("round-" + round, jobs);
      ms.add(comeBack(jobs));
    }
    return ms;
  }

  private double comeBack(int jobs) {
    WatchedOwnerStore store =
        new WatchedOwnerStore(
            new KafkaOwnerStore(installation, logs, owners.intakeBatch(), nothingBeside()),
            installation.partitions());
    ActorSystem<PlacementMessage> placement =
        ActorSystem.create(
            Behaviors.ignore(),
            "bench",
            ConfigFactory.parseMap(
                    Map.of("pekko.actor.provider", "local", "pekko.loglevel", "WARNING"))
                .withFallback(ConfigFactory.load()));
    try {
      PartitionOwner.Ports ports =
          new PartitionOwner.Ports(
              owners, InstantSource.system(), store, placement, partition -> {});
      long begun = System.nanoTime();
      for (int partition = 0; partition < installation.partitions(); partition++) {
        placement.systemActorOf(
            PartitionOwner.create(partition, ports), "owner-" + partition, Props.empty());
      }
      store.allConsume().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
      double ms = (System.nanoTime() - begun) / 1e6;
      if (store.replayed() != jobs) {
        throw new IllegalStateException(
            "replayed %d jobs (expected: %d; the topics must be fresh)"
                .formatted(store.replayed(), jobs));
      }
      return ms;
    } finally {
      placement.terminate();
      placement.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static KafkaOwnerStore.Beside nothingBeside() {
    return new KafkaOwnerStore.Beside(
        blob -> CompletableFuture.failedStage(new IllegalStateException("no blob is here")),
        dropped -> CompletableFuture.completedStage(Done.getInstance()),
        partition -> CompletableFuture.completedStage(Set.of()),
        (partition, garbage) -> CompletableFuture.completedStage(Done.getInstance()),
        event -> {});
  }

  /** A command about a job of each partition, which changes nothing and is answered. */
  private void orderInEachPartition(String id, int jobs) {
    Map<Integer, JobId> one = new HashMap<>();
    for (int number = 0; number < jobs && one.size() < installation.partitions(); number++) {
      JobId job = QueuedJobs.accepted(METHOD, number, Instant.EPOCH).job();
      one.putIfAbsent(installation.home(job), job);
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap()).asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      one.forEach((partition, job) -> sent.add(producer.send(order(id, partition, job))));
      producer.flush();
      sent.forEach(Future::resultNow);
    }
  }

  private ProducerRecord<byte[], byte[]> order(String id, int partition, JobId job) {
    JobCommand command =
        new JobCommand(id, job, new JobCommand.Reprioritise(JobRequest.DEFAULT_PRIORITY));
    return new ProducerRecord<>(
        installation.topic(Topic.INTAKE),
        partition,
        job.key().getBytes(UTF_8),
        CODEC.encode(new IntakeRecord.Ordered(command, "bench/0/0", Instant.now())));
  }

  private void remember(int jobs) {
    List<OpenOutcome.Opened> owners = openAll();
    List<List<LogEntry>> batches = new ArrayList<>();
    owners.forEach(owner -> batches.add(new ArrayList<>()));
    for (int number = 0; number < jobs; number++) {
      JobState state = QueuedJobs.accepted(METHOD, number, Instant.EPOCH);
      int home = installation.home(state.job());
      batches.get(home).add(new LogEntry.Remember(state));
      if (batches.get(home).size() == BATCH) {
        commit(owners.get(home), batches.get(home));
      }
    }
    for (int partition = 0; partition < owners.size(); partition++) {
      commit(owners.get(partition), batches.get(partition));
    }
    closeAll(owners);
  }

  private static void commit(OpenOutcome.Opened owner, List<LogEntry> batch) {
    CommitOutcome outcome = owner.log().commit(LogBatch.of(batch)).toCompletableFuture().join();
    if (!(outcome instanceof CommitOutcome.Committed)) {
      throw new IllegalStateException("cannot remember the jobs: " + outcome);
    }
    batch.clear();
  }

  private List<OpenOutcome.Opened> openAll() {
    List<CompletionStage<OpenOutcome>> opening = new ArrayList<>();
    for (int partition = 0; partition < installation.partitions(); partition++) {
      opening.add(logs.open(partition));
    }
    List<OpenOutcome.Opened> opened = new ArrayList<>();
    for (CompletionStage<OpenOutcome> stage : opening) {
      switch (stage.toCompletableFuture().join()) {
        case OpenOutcome.Opened log -> opened.add(log);
        case OpenOutcome.Unavailable unavailable ->
            throw new IllegalStateException("cannot open a partition", unavailable.cause());
      }
    }
    return opened;
  }

  private static void closeAll(List<OpenOutcome.Opened> opened) {
    opened.forEach(owner -> owner.log().close());
    CompletableFuture.allOf(
            opened.stream()
                .map(owner -> owner.log().closed().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }
}
