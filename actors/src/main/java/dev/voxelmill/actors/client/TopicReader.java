package dev.voxelmill.actors.client;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.DamagedBatch;
import dev.voxelmill.storage.topics.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed records of one topic, without a consumer group: it leaves no trace on the broker
 * and sees every record.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A read that stands still for so long has lost its brokers. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);

  private final Installation installation;
  private final Topic topic;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** What could not be read, and nobody has been told of yet. */
  private final List<UnreadableRange> passed = new ArrayList<>();

  private TopicReader(Installation installation, Topic topic) {
    this.installation = installation;
    this.topic = topic;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                installation.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                // A seek to another place waits for the fetch before it to come back.
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                50,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** A reader of a topic that exists on brokers that answer. */
  public static TopicReader open(Installation installation, Topic topic) {
    TopicReader reader = new TopicReader(installation, topic);
    try {
      List<PartitionInfo> partitions =
          reader.consumer.partitionsFor(installation.topic(topic), PATIENCE);
      if (partitions.isEmpty()) {
        throw new UnreachableException(
            installation.topic(topic) + ": no such topic at " + installation.bootstrap());
      }
      return reader;
    } catch (TimeoutException e) {
      reader.close();
      throw unreachable(installation, e);
    } catch (UnreachableException e) {
      reader.close();
      throw e;
    }
  }

  static UnreachableException unreachable(Installation installation, Exception cause) {
    return new UnreachableException(
        "bootstrap: no answer from "
            + installation.bootstrap()
            + " (expected: a Kafka broker; fix: ./voxelmill up, or name it with --bootstrap)",
        cause);
  }

  /** Every partition of the topic. */
  public List<Integer> all() {
    return IntStream.range(0, consumer.partitionsFor(installation.topic(topic)).size())
        .boxed()
        .toList();
  }

  /**
   * Reads from the first record to those that are there now; later ones are left to poll.
   *
   * @throws UncheckedIOException if not every record can be read
   */
  void scan(Collection<Integer> partitions, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    followFromBeginning(partitions);
    List<UnreadableRange> unreadable = readOn(visitor);
    if (!unreadable.isEmpty()) {
      throw new UncheckedIOException(
          new IOException(
              "%s: %s: damaged (expected: what was written; fix: ./voxelmill check says what is lost)"
                  .formatted(installation.topic(topic), unreadable)));
    }
  }

  /** Starts to follow partitions from their first records. */
  public void followFromBeginning(Collection<Integer> partitions) {
    List<TopicPartition> assigned =
        partitions.stream().map(p -> installation.partition(topic, p)).toList();
    consumer.assign(assigned);
    consumer.seekToBeginning(assigned);
  }

  /**
   * Reads what is followed up to what is there now, and past what cannot be read.
   *
   * @return what that was; mostly nothing
   * @throws UnreachableException if the brokers fall silent; another call goes on where it was
   */
  public List<UnreadableRange> readOn(Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    List<TopicPartition> behind = new ArrayList<>(consumer.assignment());
    Map<TopicPartition, Long> ends = ends(behind);
    long progressAt = System.nanoTime();
    try {
      behind.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
      while (!behind.isEmpty()) {
        int known = passed.size();
        ConsumerRecords<byte[], byte[]> records =
            DamagedBatch.pollPast(
                consumer,
                POLL,
                (damaged, offset, why) ->
                    passed.add(new UnreadableRange(damaged.partition(), offset, offset)));
        records.forEach(visitor);
        boolean advanced =
            behind.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
        if (advanced || !records.isEmpty() || passed.size() > known) {
          progressAt = System.nanoTime();
        } else if (System.nanoTime() - progressAt > SILENCE.toNanos()) {
          throw new TimeoutException(behind + " stand still");
        }
      }
    } catch (TimeoutException e) {
      throw unreachable(installation, e);
    }
    List<UnreadableRange> told = UnreadableRange.joined(passed);
    passed.clear();
    return told;
  }

  /** Whether what is followed still begins with its first record. */
  public boolean isWhole() {
    try {
      return consumer.beginningOffsets(consumer.assignment()).values().stream()
          .allMatch(offset -> offset == 0);
    } catch (TimeoutException e) {
      throw unreachable(installation, e);
    }
  }

  /**
   * Reads about the last {@code count} records of a partition; compaction and transaction markers
   * may have left fewer.
   */
  void scanTail(int partition, int count, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    TopicPartition assigned = installation.partition(topic, partition);
    consumer.assign(List.of(assigned));
    long end = ends(List.of(assigned)).get(assigned);
    consumer.seek(assigned, Math.max(0, end - count));
    while (consumer.position(assigned) < end) {
      consumer.poll(POLL).forEach(visitor);
    }
  }

  /** The record at an offset, if it is still there. */
  Optional<ConsumerRecord<byte[], byte[]>> at(int partition, long offset) {
    TopicPartition assigned = installation.partition(topic, partition);
    consumer.assign(List.of(assigned));
    long end = ends(List.of(assigned)).get(assigned);
    consumer.seek(assigned, offset);
    while (consumer.position(assigned) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return record.offset() == offset ? Optional.of(record) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Starts to follow partitions behind what is there now. */
  void followFromEnd(Collection<Integer> partitions) {
    List<TopicPartition> assigned =
        partitions.stream().map(p -> installation.partition(topic, p)).toList();
    consumer.assign(assigned);
    ends(assigned).forEach(consumer::seek);
  }

  /** The next records of what is scanned or followed; none when nothing comes for a moment. */
  ConsumerRecords<byte[], byte[]> poll() {
    return consumer.poll(POLL);
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> assigned) {
    try {
      return new HashMap<>(consumer.endOffsets(assigned));
    } catch (TimeoutException e) {
      throw unreachable(installation, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
