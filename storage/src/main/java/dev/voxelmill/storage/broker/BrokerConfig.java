package dev.voxelmill.storage.broker;

import com.typesafe.config.Config;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.config.Section;
import dev.voxelmill.protocols.geometry.ByteSize;
import java.time.Duration;

/**
 * Settings of the embedded broker; {@code conf/broker.conf} gives each value and its reason.
 *
 * @param sessionTimeout how long a crashed broker's registration stands in the way of its successor
 * @param heartbeatInterval of the broker to its controller
 * @param maxMessage largest record batch that any topic may take
 * @param cleanerDedupeBuffer heap of log compaction
 * @param internalTopicPartitions partitions of each of Kafka's own topics
 * @param offsetsRetention how long committed offsets survive without a new commit
 * @param transactionRetry before a transaction that came too early is tried again
 * @param transactionCheck between two searches for transactions whose time is up
 * @param flushEveryMessage whether an acknowledged record is on the disk
 */
public record BrokerConfig(
    Duration sessionTimeout,
    Duration heartbeatInterval,
    ByteSize maxMessage,
    ByteSize cleanerDedupeBuffer,
    int internalTopicPartitions,
    Duration offsetsRetention,
    Duration transactionRetry,
    Duration transactionCheck,
    int networkThreads,
    int ioThreads,
    boolean flushEveryMessage) {
  private static final String FILE = "broker.conf";

  /** Reads {@code conf/broker.conf}. */
  public static BrokerConfig load() {
    return from(ConfFile.read(FILE));
  }

  static BrokerConfig from(Config config) {
    Section broker = Section.of(config, "broker", "conf/" + FILE);
    Duration sessionTimeout = broker.positiveDuration("session-timeout");
    Duration heartbeatInterval = broker.positiveDuration("heartbeat-interval");
    broker.require(
        "heartbeat-interval",
        heartbeatInterval,
        heartbeatInterval.multipliedBy(3).compareTo(sessionTimeout) <= 0,
        "at most a third of broker.session-timeout");
    ByteSize maxMessage = broker.positiveSize("max-message");
    ByteSize cleanerDedupeBuffer = broker.positiveSize("cleaner-dedupe-buffer");
    int internalTopicPartitions = broker.integer("internal-topic-partitions", 1, 50);
    Duration offsetsRetention = broker.positiveDuration("offsets-retention");
    Duration transactionRetry = broker.positiveDuration("transaction-retry");
    Duration transactionCheck = broker.positiveDuration("transaction-check");
    int networkThreads = broker.integer("network-threads", 1, 64);
    int ioThreads = broker.integer("io-threads", 1, 64);
    boolean flushEveryMessage = broker.flag("flush-every-message");
    broker.requireValid();
    return new BrokerConfig(
        sessionTimeout,
        heartbeatInterval,
        maxMessage,
        cleanerDedupeBuffer,
        internalTopicPartitions,
        offsetsRetention,
        transactionRetry,
        transactionCheck,
        networkThreads,
        ioThreads,
        flushEveryMessage);
  }
}
