package dev.voxelmill.storage.checkpoint;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.BrokerExtension;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With a cleaner made quick, the topic gives back the room of deleted checkpoints, and a checkpoint
 * that nobody has touched since, as that of a paused job, still reads by its old offsets.
 */
@ExtendWith(BrokerExtension.class)
class LogCleaningTest {
  private static final int STATE = 1 << 20;
  private static final int FINISHED_JOBS = 24;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @Test
  void deletedCheckpointsGiveBackTheirRoomAndAPausedJobKeepsItsOwn(Installation installation)
      throws Exception {
    String topic = installation.topic(Topic.CHECKPOINTS);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", installation.bootstrap()));
        CheckpointStore store = new KafkaCheckpointStore(installation, ChunkConfig.load())) {
      hurry(admin, topic);
      JobId paused = new JobId("default", "paused");
      byte[] state = Payloads.noise(STATE);
      CheckpointManifest kept =
          get(store.write(new CheckpointKey(paused, "distill", 1, 1), 10, "cpu", state));
      List<CheckpointManifest> dead = new ArrayList<>();
      JobId finished = atTheSameHome(installation, paused);
      for (int number = 1; number <= FINISHED_JOBS; number++) {
        dead.add(
            get(
                store.write(
                    new CheckpointKey(finished, "distill", 1, number), number, "cpu", state)));
      }
      long full = bytes(admin, topic);
      for (CheckpointManifest manifest : dead) {
        get(store.delete(finished, manifest));
      }

      // Only what lies before the segment being written is cleaned, so something must be written.
      int[] number = {FINISHED_JOBS};
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                number[0]++;
                CheckpointManifest later =
                    get(
                        store.write(
                            new CheckpointKey(finished, "distill", 1, number[0]),
                            number[0],
                            "cpu",
                            Payloads.noise(64)));
                get(store.delete(finished, later));
                return bytes(admin, topic) < full / 4;
              });

      assertArrayEquals(state, get(store.read(paused, kept)));
    }
  }

  private static JobId atTheSameHome(Installation installation, JobId job) {
    for (int i = 0; ; i++) {
      JobId other = new JobId("default", "finished-" + i);
      if (installation.home(other) == installation.home(job)) {
        return other;
      }
    }
  }

  private static void hurry(Admin admin, String topic) throws Exception {
    Map<String, String> quick =
        Map.of(
            "segment.ms", "500",
            "min.cleanable.dirty.ratio", "0.01",
            "max.compaction.lag.ms", "500",
            "delete.retention.ms", "100",
            "file.delete.delay.ms", "100");
    set(admin, new ConfigResource(ConfigResource.Type.TOPIC, topic), quick);
    set(
        admin,
        new ConfigResource(ConfigResource.Type.BROKER, ""),
        Map.of("log.cleaner.backoff.ms", "200"));
  }

  private static void set(Admin admin, ConfigResource resource, Map<String, String> values)
      throws Exception {
    List<AlterConfigOp> changes =
        values.entrySet().stream()
            .map(
                value ->
                    new AlterConfigOp(
                        new ConfigEntry(value.getKey(), value.getValue()),
                        AlterConfigOp.OpType.SET))
            .toList();
    admin.incrementalAlterConfigs(Map.of(resource, changes)).all().get();
  }

  /** What all partitions of the topic take on the broker's disk. */
  private static long bytes(Admin admin, String topic) throws Exception {
    List<Integer> brokers =
        admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
    return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
        .flatMap(directories -> directories.values().stream())
        .flatMap(directory -> directory.replicaInfos().entrySet().stream())
        .filter(replica -> isOf(replica.getKey(), topic))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  private static boolean isOf(TopicPartition partition, String topic) {
    return partition.topic().equals(topic);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(2, TimeUnit.MINUTES);
  }
}
