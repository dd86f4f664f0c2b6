package dev.voxelmill.actors.bench;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The events of an installation from now on, as a client reads them. */
final class EventTail {
  private EventTail() {}

  /** A consumer of every partition, read as committed, that stands behind the newest event. */
  static KafkaConsumer<byte[], byte[]> open(Installation installation) {
    KafkaConsumer<byte[], byte[]> events =
        new KafkaConsumer<>(
            ClientSettings.of(installation.bootstrap())
                .with("enable.auto.commit", "false")
                .with("isolation.level", "read_committed")
                .asMap(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, installation.partitions())
            .mapToObj(partition -> installation.partition(Topic.EVENTS, partition))
            .toList();
    events.assign(all);
    events.seekToEnd(all);
    all.forEach(events::position);
    return events;
  }
}
