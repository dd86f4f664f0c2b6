package dev.voxelmill.storage.topics;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/**
 * One Voxelmill as Kafka sees it: where the brokers are, how its topics are called and how many
 * home partitions it has.
 *
 * @param bootstrap addresses of brokers, {@code host:port} separated by commas
 * @param prefix of every topic's name
 * @param partitions number of home partitions, fixed for life
 */
public record Installation(String bootstrap, String prefix, int partitions) {
  public Installation {
    if (!requireNonNull(bootstrap, "bootstrap").matches("[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*")) {
      throw new IllegalArgumentException(
          "bootstrap: '" + bootstrap + "' (expected: HOST:PORT[,HOST:PORT...])");
    }
    requireNonNull(prefix, "prefix");
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions: " + partitions + " (expected: >= 1)");
    }
  }

  /** The installation of {@code conf/storage.conf} on these brokers. */
  public static Installation at(String bootstrap, TopicsConfig config) {
    return new Installation(bootstrap, config.prefix(), config.partitions());
  }

  /** The full name of a topic. */
  public String topic(Topic topic) {
    return topic.named(prefix);
  }

  /** One partition of a topic. */
  public TopicPartition partition(Topic topic, int partition) {
    return new TopicPartition(topic(topic), partition);
  }

  /**
   * The home partition of a job: where its state, its intake and its checkpoints live, and whose
   * owner it has. The hash is that of Kafka's own default partitioner.
   */
  public int home(JobId job) {
    return spread(job.key());
  }

  /** The partition of any other key, such as a blob's hash, by the same rule. */
  public int spread(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(bytes)) % partitions;
  }
}
