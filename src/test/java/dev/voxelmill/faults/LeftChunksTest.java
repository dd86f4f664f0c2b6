package dev.voxelmill.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.job.CommandOutcome;
import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.topics.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What lies in the topic of checkpoints for long; minutes each. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class LeftChunksTest {
  private static final String PAUSED = "f31-paused";

  /** So many that the order to pause comes before the end. */
  private static final int STEPS = 1000;

  private static final int STEP_MILLIS = 20;

  @Test
  @Fault(
      id = "F31",
      what =
          "a job paused while its topic is swept and cleaned and then every process is killed with"
              + " -9 and started",
      also =
          "what was deleted beside it is gone from the disk; it resumes at its checkpoint, same bytes")
  void aPausedJobKeepsItsCheckpointWhateverIsDeletedBesideIt(Outcome outcome) throws Exception {
    Path directory = Files.createTempDirectory("voxelmill-paused-");
    try (FaultCluster cluster = FaultCluster.start(directory, Layout.here(1, 1))) {
      cleanQuickly(cluster.layout().installation());
      cluster.submit(Jobs.synthetic(PAUSED, STEPS, STEP_MILLIS));
      cluster.jobs().awaitCheckpoint(PAUSED, "synthetic", 20);
      cluster.order(PAUSED, new JobCommand.Pause());
      assertEquals(CommandOutcome.PAUSED, cluster.jobs().awaitAnswer(PAUSED, "pause"));
      long kept = cluster.jobs().durableBefore(PAUSED, "synthetic", 2);
      String deleted = neighbour(cluster, "f31-deleted");
      cluster.submit(Jobs.synthetic(deleted, STEPS, STEP_MILLIS));
      cluster.jobs().awaitSuccess(deleted);

      for (int more = 1; !onDisk(cluster, deleted).isEmpty(); more++) {
        assertTrue(more < 200, "the cleaner never came");
        String next = neighbour(cluster, "f31-more-" + more);
        cluster.submit(Jobs.synthetic(next, 20, 5)); // only what a newer segment follows is cleaned
        cluster.jobs().awaitSuccess(next);
      }
      cluster.supervisor(0).kill();
      cluster.workers().getFirst().kill();
      cluster.broker().kill();
      cluster.heal();
      cluster.order(PAUSED, new JobCommand.Resume());
      cluster.jobs().awaitSuccess(PAUSED);

      long resumed = cluster.jobs().firstStepAfter(PAUSED, "synthetic", 1);
      assertTrue(resumed >= kept, resumed + " < " + kept);
      assertEquals(cluster.jobs().files(deleted), cluster.jobs().files(PAUSED));
      cluster.assertSound();
      outcome.fired("paused at step " + kept + ", resumed at step " + resumed);
    }
  }

  @Test
  @Fault(
      id = "F04",
      what =
          "chunks that a zombie writes after the end of its job, and for a job that was forgotten"
              + " days ago",
      also = "both are swept; one of a forgotten job that is young yet, and a live job's, are not")
  void whatAZombieWritesTooLateIsSwept(FaultCluster cluster, Outcome outcome) throws Exception {
    cluster.submit(Jobs.synthetic("f04-ended", 20, 10));
    cluster.submit(Jobs.synthetic("f04-live", 3000, 50));
    cluster.jobs().awaitSuccess("f04-ended");
    cluster.jobs().awaitCheckpoint("f04-live", "synthetic", 10);
    Installation installation = cluster.layout().installation();
    Instant now = Instant.now();
    Instant daysAgo = now.minus(Duration.ofDays(3));

    write(installation, "f04-ended", now);
    write(installation, "f04-forgotten", daysAgo);
    write(installation, "f04-young", now);

    Eventually.holds(
        "the two are swept",
        () -> living(cluster, "f04-ended").isEmpty() && living(cluster, "f04-forgotten").isEmpty());
    outcome.fired("a chunk of an ended job and one of a forgotten job");
    assertEquals(1, living(cluster, "f04-young").size());
    assertFalse(living(cluster, "f04-live").isEmpty());
    cluster.order("f04-live", new JobCommand.Cancel());
  }

  /** One chunk of the ninth checkpoint of the first attempt. */
  private static void write(Installation installation, String id, Instant at) throws Exception {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  installation.topic(Topic.CHECKPOINTS),
                  installation.home(job),
                  at.toEpochMilli(),
                  new CheckpointKey(job, "synthetic", 1, 9) + "/0",
                  new byte[100]))
          .get();
    }
  }

  /** Chunks of a job that a reader of the whole topic meets, and no tombstone behind them. */
  private static Set<String> living(FaultCluster cluster, String id) {
    Set<String> living = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records(cluster, id)) {
      String key = new String(record.key(), UTF_8);
      if (record.value() == null) {
        living.remove(key);
      } else {
        living.add(key);
      }
    }
    return living;
  }

  /** Chunks of a job that have not been cleaned away, deleted ones included. */
  private static List<ConsumerRecord<byte[], byte[]>> onDisk(FaultCluster cluster, String id) {
    return records(cluster, id).stream().filter(record -> record.value() != null).toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> records(FaultCluster cluster, String id) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    try (TopicLog log = new TopicLog(cluster.layout().installation(), Topic.CHECKPOINTS)) {
      return log.records().stream()
          .filter(record -> isOf(job, new String(record.key(), UTF_8)))
          .toList();
    }
  }

  private static boolean isOf(JobId job, String chunk) {
    return CheckpointKey.ofChunk(chunk).job().equals(job);
  }

  /** An id whose home is that of the paused job. */
  private static String neighbour(FaultCluster cluster, String prefix) {
    Installation installation = cluster.layout().installation();
    int home = installation.home(new JobId(JobId.DEFAULT_TENANT, PAUSED));
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + "-" + i)
        .filter(id -> installation.home(new JobId(JobId.DEFAULT_TENANT, id)) == home)
        .findFirst()
        .orElseThrow();
  }

  private static void cleanQuickly(Installation installation) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrap()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(
                      ConfigResource.Type.TOPIC, installation.topic(Topic.CHECKPOINTS)),
                  set(
                      Map.of(
                          "segment.ms", "1000",
                          "min.cleanable.dirty.ratio", "0.01",
                          "max.compaction.lag.ms", "1000",
                          "delete.retention.ms", "100",
                          "file.delete.delay.ms", "100")),
                  new ConfigResource(ConfigResource.Type.BROKER, ""),
                  set(Map.of("log.cleaner.backoff.ms", "500"))))
          .all()
          .get();
    }
  }

  private static List<AlterConfigOp> set(Map<String, String> values) {
    return values.entrySet().stream()
        .map(
            value ->
                new AlterConfigOp(
                    new ConfigEntry(value.getKey(), value.getValue()), AlterConfigOp.OpType.SET))
        .toList();
  }
}
