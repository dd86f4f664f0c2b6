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
 * @param maxMessage largest record that the broker takes
 * @param settings the topic's remaining settings by Kafka's names
 */
record TopicSpec(Topic topic, int partitions, ByteSize maxMessage, Map<String, String> settings) {
  private static final ByteSize KIB_64 = ByteSize.parse("64KiB");
  private static final ByteSize KIB_256 = ByteSize.parse("256KiB");
  private static final ByteSize MIB_1 = ByteSize.parse("1MiB");
  private static final ByteSize MIB_2 = ByteSize.parse("2MiB");

  /** The active segment is neither compacted nor deleted, so it bounds what stays for nothing. */
  private static final String SEGMENT_BYTES = Long.toString(ByteSize.parse("64MiB").bytes());

  TopicSpec {
    settings = Map.copyOf(settings);
  }

  /** Each topic's own table row; the reasons stand beside what is not obvious. */
  static TopicSpec of(Topic topic, TopicsConfig config) {
    int homes = config.partitions();
    return switch (topic) {
      // Twelve MiB hold a picture of 8 MiB in Base64 and its request. Append time: retention must
      // not depend on a client's clock.
      case REQUESTS ->
          deleted(topic, homes, ByteSize.parse("12MiB"), config.requestsRetention())
              .with("message.timestamp.type", "LogAppendTime");
      case COMMANDS ->
          deleted(topic, homes, KIB_64, config.requestsRetention())
              .with("message.timestamp.type", "LogAppendTime");
      case INTAKE -> deleted(topic, homes, KIB_256, config.requestsRetention());
      case JOBS ->
          compacted(topic, homes, KIB_64, config.tombstonesRetention(), Duration.ofHours(1));
      case EVENTS -> deleted(topic, homes, KIB_256, config.eventsRetention());
      // A chunk is read by offset or not at all, so nobody needs to see its tombstone for long.
      case CHECKPOINTS ->
          compacted(topic, homes, MIB_2, Duration.ofMinutes(1), config.checkpointsCompactionLag());
      case BLOBS ->
          compacted(topic, homes, MIB_2, config.tombstonesRetention(), Duration.ofDays(1));
      // Two MiB hold an inline GLB of 512 KiB in Base64 and a long manifest.
      case ASSETS -> deleted(topic, homes, MIB_2, config.assetsRetention());
      // A refused request of twelve MiB and the headers that say why.
      case DEAD_LETTERS ->
          deleted(topic, 1, ByteSize.parse("13MiB"), config.deadLettersRetention());
      // One small snapshot per second: a short segment keeps a new reader's catch-up short.
      case FLEET ->
          compacted(topic, 1, MIB_1, config.tombstonesRetention(), Duration.ofMinutes(10))
              .with("segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()));
    };
  }

  /** What {@link TopicSetup} creates. */
  NewTopic toNewTopic(String name, int replication) {
    return new NewTopic(name, partitions, (short) replication).configs(allSettings());
  }

  /** Every setting by Kafka's name, the size limit included. */
  Map<String, String> allSettings() {
    Map<String, String> all = new HashMap<>(settings);
    all.put("max.message.bytes", Long.toString(maxMessage.bytes()));
    return all;
  }

  private static TopicSpec deleted(
      Topic topic, int partitions, ByteSize maxMessage, Duration retention) {
    return new TopicSpec(
        topic,
        partitions,
        maxMessage,
        Map.of(
            "cleanup.policy",
            "delete",
            "retention.ms",
            Long.toString(retention.toMillis()),
            "segment.bytes",
            SEGMENT_BYTES));
  }

  private static TopicSpec compacted(
      Topic topic, int partitions, ByteSize maxMessage, Duration tombstones, Duration lag) {
    return new TopicSpec(
        topic,
        partitions,
        maxMessage,
        Map.of(
            "cleanup.policy",
            "compact",
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
    return new TopicSpec(topic, partitions, maxMessage, more);
  }
}
