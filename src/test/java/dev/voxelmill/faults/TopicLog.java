package dev.voxelmill.faults;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * One topic from its first record on, as everybody else sees it: committed records only. It reads
 * on from where it was at each call, and outlives a broker that goes away and comes back.
 */
final class TopicLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

  TopicLog(Installation installation, Topic topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                installation.bootstrap(),
                "isolation.level",
                "read_committed",
                "enable.metrics.push",
                "false",
                "fetch.max.wait.ms",
                "50",
                "default.api.timeout.ms",
                "20000"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      partitions =
          consumer.partitionsFor(installation.topic(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Every record there is now; throws if the broker does not answer. */
  List<ConsumerRecord<byte[], byte[]>> records() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    do {
      consumer.poll(POLL).forEach(seen::add);
    } while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p)));
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
