package dev.voxelmill.storage.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what a partition remembers: the newest state of every job, and how far intake was dealt
 * with. Must begin after {@code initTransactions}, when no earlier owner can write any more.
 */
final class PartitionReplay implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final TopicPartition jobs;
  private final TopicPartition intake;
  private final Duration patience;
  private final KafkaConsumer<byte[], byte[]> consumer;

  PartitionReplay(Installation installation, int partition, LogConfig config) {
    jobs = installation.partition(Topic.JOBS, partition);
    intake = installation.partition(Topic.INTAKE, partition);
    patience = config.patience();
    consumer =
        new KafkaConsumer<>(
            ClientSettings.of(installation.bootstrap())
                .with("group.id", installation.prefix() + "-owner")
                .with("isolation.level", "read_committed")
                .with("enable.auto.commit", "false")
                .with("auto.offset.reset", "none")
                // At the end of the log a fetch is in flight in vain, and other calls queue behind
                // it.
                .with("fetch.max.wait.ms", "10")
                // The last commit of the owner before may still be on its way to the offsets.
                .with("retry.backoff.ms", config.retryBackoff())
                .with("retry.backoff.max.ms", config.retryBackoffMax())
                .with("default.api.timeout.ms", config.patience())
                .asMap(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
  }

  /** The group whose offsets the owner commits; valid after this is closed. */
  ConsumerGroupMetadata group() {
    return consumer.groupMetadata();
  }

  OpenOutcome.Replay run() {
    long begun = System.nanoTime();
    Map<String, byte[]> newest = new HashMap<>();
    long records = readJobs(newest);
    SortedMap<JobId, JobState> states = new TreeMap<>();
    newest.forEach((key, value) -> states.put(JobId.parse(key), decode(key, value)));
    long next = nextIntakeOffset();
    return new OpenOutcome.Replay(
        states, next, records, Duration.ofNanos(System.nanoTime() - begun));
  }

  private long readJobs(Map<String, byte[]> newest) {
    consumer.assign(List.of(jobs));
    consumer.seekToBeginning(List.of(jobs));
    long end = consumer.endOffsets(List.of(jobs)).get(jobs);
    long records = 0;
    long lastProgress = System.nanoTime();
    while (consumer.position(jobs) < end) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        String key = new String(record.key(), UTF_8);
        if (record.value() == null) {
          newest.remove(key);
        } else {
          newest.put(key, record.value());
        }
      }
      records += polled.count();
      if (!polled.isEmpty()) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > patience.toNanos()) {
        throw new TimeoutException(
            "replay of " + jobs + " stands at " + consumer.position(jobs) + " of " + end);
      }
    }
    return records;
  }

  private JobState decode(String key, byte[] value) {
    try {
      return LogRecords.decodeState(value);
    } catch (UncheckedIOException e) {
      throw new UndecodableStateException(jobs, key, e);
    }
  }

  /**
   * Retention may have passed the committed offset; then the oldest record that is left is next.
   */
  private long nextIntakeOffset() {
    consumer.assign(List.of(intake));
    long oldest = consumer.beginningOffsets(List.of(intake)).get(intake);
    return Optional.ofNullable(consumer.committed(Set.of(intake)).get(intake))
        .map(OffsetAndMetadata::offset)
        .map(committed -> Math.max(committed, oldest))
        .orElse(oldest);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** A record on {@code jobs} that this version cannot read. */
  static final class UndecodableStateException extends RuntimeException {
    UndecodableStateException(TopicPartition partition, String key, Throwable cause) {
      super("state of " + key + " in " + partition + ": unreadable", cause);
    }
  }
}
