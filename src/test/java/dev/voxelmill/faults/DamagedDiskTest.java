package dev.voxelmill.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.actors.history.HistoryReader;
import dev.voxelmill.actors.history.HistoryReport;
import dev.voxelmill.actors.history.Observation;
import dev.voxelmill.actors.history.Promise;
import dev.voxelmill.faults.BrokerDisk.Damage;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.broker.EmbeddedBroker;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.checkpoint.CheckpointSweeper;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.checkpoint.StoredCheckpoint;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkDamagedException;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints on a disk that has changed while the broker was stopped. */
@ExtendWith(FaultExtension.class)
class DamagedDiskTest {
  private static final JobId JOB = new JobId(JobId.DEFAULT_TENANT, "damaged");

  @ParameterizedTest
  @EnumSource(Damage.class)
  void whatTheDiskHasChangedIsDamageAndTheSweepGoesOnBehindIt(
      Damage damage, @TempDir Path directory) throws Exception {
    CheckpointKey hit = new CheckpointKey(JOB, "distill", 1, 1);
    CheckpointKey behind = new CheckpointKey(JOB, "distill", 1, 2);
    CheckpointManifest manifest;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaCheckpointStore store = store(broker)) {
      manifest = get(store.write(hit, 10, "cpu", noise()));
      get(store.write(behind, 20, "cpu", noise()));
    }

    new BrokerDisk(directory)
        .damage(
            Topic.CHECKPOINTS.named(TopicsConfig.load().prefix()),
            manifest.partition(),
            manifest.chunks().getFirst().offset(),
            damage);

    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaCheckpointStore store = store(broker);
        CheckpointSweeper sweeper = new CheckpointSweeper(at(broker), ChunkConfig.load())) {
      ExecutionException refused =
          assertThrows(ExecutionException.class, () -> get(store.read(JOB, manifest)));
      assertEquals(ChunkDamagedException.class, refused.getCause().getClass(), refused::getMessage);
      Set<StoredCheckpoint> seen = get(sweeper.stored(manifest.partition()));
      assertTrue(seen.stream().anyMatch(found -> found.key().equals(behind)), seen::toString);
    }
  }

  @Test
  void theCheckerNamesWhatTheDiskHasChangedAndReadsOnBehindIt(@TempDir Path directory)
      throws Exception {
    CheckpointManifest manifest;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        KafkaCheckpointStore store = store(broker)) {
      manifest = get(store.write(new CheckpointKey(JOB, "distill", 1, 1), 10, "cpu", noise()));
      tell(at(broker), 1, 2, 3);
      tell(at(broker), 4);
    }

    BrokerDisk disk = new BrokerDisk(directory);
    String prefix = TopicsConfig.load().prefix();
    disk.damage(Topic.EVENTS.named(prefix), 0, 1, Damage.FLIPPED_BIT);
    disk.damage(
        Topic.CHECKPOINTS.named(prefix),
        manifest.partition(),
        manifest.chunks().getFirst().offset(),
        Damage.FLIPPED_BIT);

    List<Long> seen = new ArrayList<>();
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory);
        HistoryReader reader =
            HistoryReader.open(
                at(broker),
                observation -> {
                  if (observation instanceof Observation.Published(EventRecord event)) {
                    seen.add(event.seq());
                  }
                })) {
      HistoryReport report = reader.read();
      List<String> lost =
          report.broken().stream()
              .filter(finding -> finding.promise() == Promise.READABLE)
              .map(Finding::subject)
              .toList();
      assertEquals(List.of(prefix + ".events-0, offsets 0 to 2"), lost);
      assertEquals(List.of(4L), seen);
      String chunks = "%s.checkpoints-%d, offsets ".formatted(prefix, manifest.partition());
      assertEquals(1, report.remarks().size());
      assertTrue(report.remarks().getFirst().startsWith(chunks), report.remarks()::toString);
      assertEquals(report.remarks(), reader.read().remarks());
    }
  }

  /** Writes events about the job into partition 0, in one batch. */
  private static void tell(Installation installation, long... numbers) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap(), "linger.ms", "60000"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (long number : numbers) {
        EventRecord event =
            new EventRecord(JOB, number, Instant.EPOCH, new EventRecord.Cancelled("cancel"));
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    installation.topic(Topic.EVENTS),
                    0,
                    JOB.key().getBytes(UTF_8),
                    JsonCodec.of(EventRecord.class).encode(event))));
      }
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  @Test
  @Tag("faults")
  @Fault(
      id = "F12",
      what =
          "the newest checkpoint of two paused jobs changed on the stopped broker's disk, once so"
              + " that Kafka's own checksum shows it, once under a good one",
      also =
          "checkpoint_rejected is told, the one before it is used; same bytes as an undisturbed job")
  void aCheckpointThatTheDiskHasChangedIsRejectedForTheOneBeforeIt(Outcome outcome)
      throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-damaged-");
    try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(1, 1))) {
      cluster.submit(job("f12-calm"));
      cluster.jobs().awaitSuccess("f12-calm");
      Map<Damage, List<CheckpointManifest>> paused = new EnumMap<>(Damage.class);
      for (Damage damage : Damage.values()) {
        paused.put(damage, pausedWithTwoCheckpoints(cluster, id(damage)));
      }

      assertEquals(0, cluster.broker().terminate(Eventually.LIMIT));
      for (Damage damage : Damage.values()) {
        CheckpointManifest newest = paused.get(damage).getFirst();
        cluster
            .disk()
            .damage(
                Topic.CHECKPOINTS.named(cluster.layout().prefix()),
                newest.partition(),
                newest.chunks().getFirst().offset(),
                damage);
      }
      cluster.startBroker().awaitReady();

      for (Damage damage : Damage.values()) {
        String id = id(damage);
        List<CheckpointManifest> kept = paused.get(damage);
        cluster.order(id, new JobCommand.Resume());
        cluster.jobs().awaitSuccess(id);

        assertEquals(List.of(kept.getFirst().number()), rejected(cluster, id), cluster.lastWords());
        long resumed = cluster.jobs().firstStepAfter(id, "synthetic", kept.getFirst().attempt());
        assertTrue(resumed >= kept.getLast().nextStep(), "resumed at " + resumed);
        assertEquals(cluster.jobs().files("f12-calm"), cluster.jobs().files(id));
        outcome.fired(
            "rejected at step %d, resumed at step %d"
                .formatted(kept.getFirst().nextStep(), kept.getLast().nextStep()));
      }
      cluster.assertSound();
    }
  }

  private static List<CheckpointManifest> pausedWithTwoCheckpoints(
      FaultCluster cluster, String id) {
    cluster.submit(job(id));
    cluster.jobs().awaitCheckpoint(id, "synthetic", 20);
    cluster.order(id, new JobCommand.Pause());
    assertEquals(CommandOutcome.PAUSED, cluster.jobs().awaitAnswer(id, "pause"));
    List<CheckpointManifest> kept = checkpoints(cluster, id);
    assertEquals(2, kept.size());
    assertTrue(kept.getFirst().nextStep() > kept.getLast().nextStep());
    return kept;
  }

  private static List<CheckpointManifest> checkpoints(FaultCluster cluster, String id) {
    return Eventually.present(id + " has a task", () -> cluster.jobs().tasks(id).findFirst())
        .checkpoints();
  }

  private static List<Integer> rejected(FaultCluster cluster, String id) {
    return cluster
        .jobs()
        .told(id, EventRecord.CheckpointRejected.class)
        .map(EventRecord.CheckpointRejected::number)
        .toList();
  }

  private static String id(Damage damage) {
    return "f12-" + damage.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static byte[] job(String id) {
    return Jobs.request(
        id,
        "synthetic",
        Map.of(
            "synthetic.steps", 200,
            "synthetic.stepMillis", 50,
            "synthetic.stateBytes", 400_000,
            "checkpoint.everySteps", 10));
  }

  private static byte[] noise() {
    byte[] bytes = new byte[100_000];
    new Random(12).nextBytes(bytes);
    return bytes;
  }

  private static KafkaCheckpointStore store(EmbeddedBroker broker) {
    return new KafkaCheckpointStore(at(broker), ChunkConfig.load());
  }

  private static Installation at(EmbeddedBroker broker) {
    return new TopicSetup(broker.bootstrap(), TopicsConfig.load(), Eventually.LIMIT).run();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(Eventually.LIMIT.toMinutes(), TimeUnit.MINUTES);
  }
}
