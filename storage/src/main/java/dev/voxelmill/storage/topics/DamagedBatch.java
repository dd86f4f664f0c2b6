package dev.voxelmill.storage.topics;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** A batch of records whose bytes have changed on the brokers' disks: reading it fails for ever. */
public final class DamagedBatch {
  private DamagedBatch() {}

  /** Whoever wants to know what is passed over. */
  public interface OnPassed {
    /** Called for one offset after another: how many a damaged batch has, nobody can tell. */
    void passed(TopicPartition partition, long offset, KafkaException why);
  }

  /**
   * Whether a consumer that polls has met one. It has no exception of its own for this, while
   * whatever else may happen to a poll has one.
   */
  public static boolean isCauseOf(KafkaException failure) {
    return failure.getClass() == KafkaException.class;
  }

  /**
   * Polls a consumer of assigned partitions. Where the next record of one is in a damaged batch, it
   * is passed over and nothing is returned; the next call goes on behind it.
   */
  public static <K, V> ConsumerRecords<K, V> pollPast(
      KafkaConsumer<K, V> consumer, Duration wait, OnPassed onPassed) {
    try {
      return consumer.poll(wait);
    } catch (KafkaException e) {
      TopicPartition damaged = partition(consumer, e).orElseThrow(() -> e);
      long offset = consumer.position(damaged);
      consumer.seek(damaged, offset + 1);
      onPassed.passed(damaged, offset, e);
      return ConsumerRecords.empty();
    }
  }

  /** Which partition it lies in, the consumer says in its message and nowhere else. */
  private static Optional<TopicPartition> partition(
      KafkaConsumer<?, ?> consumer, KafkaException failure) {
    if (!isCauseOf(failure)) {
      return Optional.empty();
    }
    String message = String.valueOf(failure.getMessage());
    return consumer.assignment().stream()
        .filter(partition -> message.contains(" " + partition + "."))
        .findFirst();
  }
}
