package dev.voxelmill.storage.checkpoint;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** The broker's cleaner of the topic of checkpoints, made quick, and the room that it leaves. */
final class LogCleaner {
  private static final Map<String, String> TOPIC =
      Map.of(
          "segment.ms", "500",
          "min.cleanable.dirty.ratio", "0.01",
          "max.compaction.lag.ms", "500",
          "delete.retention.ms", "100",
          "file.delete.delay.ms", "100");

  private static final Map<String, String> BROKER = Map.of("log.cleaner.backoff.ms", "200");

  private final Installation installation;

  LogCleaner(Installation installation) {
    this.installation = installation;
  }

  /** Makes it look often and clean whatever a newer segment follows. */
  void hurry() throws Exception {
    try (Admin admin = admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(
                      ConfigResource.Type.TOPIC, installation.topic(Topic.CHECKPOINTS)),
                  set(TOPIC),
                  new ConfigResource(ConfigResource.Type.BROKER, ""),
                  set(BROKER)))
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

  /** What all partitions take on the broker's disk. */
  long bytes() throws Exception {
    String topic = installation.topic(Topic.CHECKPOINTS);
    return bytes(partition -> partition.topic().equals(topic));
  }

  /** What one partition takes on the broker's disk. */
  long bytes(int home) throws Exception {
    return bytes(installation.partition(Topic.CHECKPOINTS, home)::equals);
  }

  private long bytes(Predicate<TopicPartition> wanted) throws Exception {
    try (Admin admin = admin()) {
      List<Integer> brokers = admin.describeCluster().nodes().get().stream().map(Node::id).toList();
      return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
          .flatMap(directories -> directories.values().stream())
          .flatMap(directory -> directory.replicaInfos().entrySet().stream())
          .filter(replica -> wanted.test(replica.getKey()))
          .mapToLong(replica -> replica.getValue().size())
          .sum();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", installation.bootstrap()));
  }
}
