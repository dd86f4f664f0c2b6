package dev.voxelmill.storage.topics;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.topic.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * How one topic is kept.
 *
 * @param partitions number of partitions
 * @param settings the topic's settings by Kafka's names
 */
record TopicSpec(Topic topic, int partitions, Map<String, String> settings) {
  /** The active segment is neither compacted nor deleted, so it bounds what stays for nothing. */
  private static final String SEGMENT_BYTES = Long.toString(ByteSize.parse("64MiB").bytes());

  TopicSpec {
    settings = Map.copyOf(settings);
  }

  /** Each topic's own table row; the reasons stand beside what is not obvious. */
  static TopicSpec of(Topic topic, TopicsConfig config) {
    int homes = config.partitions();
    return switch (topic) {
      // Append time: retention must not depend on a client's clock.
      case REQUESTS, COMMANDS ->
          deleted(topic, homes, config.requestsRetention())
              .with("message.timestamp.type", "LogAppendTime");
      case INTAKE -> deleted(topic, homes, config.requestsRetention());
      case JOBS -> compacted(topic, homes, config.tombstonesRetention(), Duration.ofHours(1));
      case EVENTS -> deleted(topic, homes, config.eventsRetention());
      // A chunk is read by offset or not at all, so nobody needs to see its tombstone for long.
      case CHECKPOINTS ->
          compacted(topic, homes, Duration.ofMinutes(1), config.checkpointsCompactionLag());
      case BLOBS -> compacted(topic, homes, config.tombstonesRetention(), Duration.ofDays(1));
      case ASSETS -> deleted(topic, homes, config.assetsRetention());
      case DEAD_LETTERS -> deleted(topic, 1, config.deadLettersRetention());
      // One small snapshot per second: a short segment keeps a new reader's catch-up short.
      case FLEET ->
          compacted(topic, 1, config.tombstonesRetention(), Duration.ofMinutes(10))
              .with("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
    };
  }

  /** What {@link TopicSetup} creates. */
  NewTopic toNewTopic(String name, int replication) {
    return new NewTopic(name, partitions, (short) replication).configs(settings);
  }

  private static TopicSpec deleted(Topic topic, int partitions, Duration retention) {
    return new TopicSpec(
        topic,
        partitions,
        Map.of(
            "cleanup.policy",
            "delete",
            "max.message.bytes",
            Long.toString(TopicLimits.maxMessage(topic).bytes()),
            "retention.ms",
            Long.toString(retention.toMillis()),
            "segment.bytes",
            SEGMENT_BYTES));
  }

  private static TopicSpec compacted(
      Topic topic, int partitions, Duration tombstones, Duration lag) {
    return new TopicSpec(
        topic,
        partitions,
        Map.of(
            "cleanup.policy",
            "compact",
            "max.message.bytes",
            Long.toString(TopicLimits.maxMessage(topic).bytes()),
            "delete.retention.ms",
            Long.toString(tombstones.toMillis()),
            "max.compaction.lag.ms",
            Long.toString(lag.toMillis()),
            "min.cleanable.dirty.ratio",
            "0.3",
            "segment.bytes",
            SEGMENT_BYTES));
  }

  private TopicSpec with(String setting, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(setting, value);
    return new TopicSpec(topic, partitions, more);
  }
}
