package dev.voxelmill.storage;

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
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a reader of committed records finds in one partition. It reads to the end that a reader of
 * uncommitted ones sees, so it waits for a commit that is acknowledged and about to show.
 */
public final class CommittedRecords {
  private CommittedRecords() {}

  public static List<ConsumerRecord<String, byte[]>> of(
      Installation installation, Topic topic, int partition) {
    TopicPartition from = installation.partition(topic, partition);
    try (var everything = consumer(installation, "read_uncommitted");
        var consumer = consumer(installation, "read_committed")) {
      long end = everything.endOffsets(List.of(from)).get(from);
      consumer.assign(List.of(from));
      consumer.seekToBeginning(List.of(from));
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      while (consumer.position(from) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(
      Installation installation, String isolation) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", installation.bootstrap(), "isolation.level", isolation),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
