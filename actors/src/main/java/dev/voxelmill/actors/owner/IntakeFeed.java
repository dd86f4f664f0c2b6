package dev.voxelmill.actors.owner;

import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.pekko.Done;

/**
 * Reads one partition of the intake on a thread of its own and hands it to the partition's owner,
 * batch by batch, each when the one before it was answered. A poll returns with the first record,
 * so an idle owner is told at once; what arrives while it commits is its next batch.
 */
final class IntakeFeed implements OwnerStore.Intake {
  private static final JsonCodec<IntakeRecord> CODEC = JsonCodec.of(IntakeRecord.class);

  /** The poll ends earlier with the first record. */
  private static final Duration POLL = Duration.ofMillis(500);

  /** For the fetch that is under way to come back. */
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Function<List<OwnerStore.Positioned>, CompletionStage<Done>> owner;
  private final CompletableFuture<Done> stopped = new CompletableFuture<>();
  private final CompletableFuture<Done> ended = new CompletableFuture<>();

  private IntakeFeed(
      KafkaConsumer<byte[], byte[]> consumer,
      Function<List<OwnerStore.Positioned>, CompletionStage<Done>> owner) {
    this.consumer = consumer;
    this.owner = owner;
  }

  /**
   * Starts to read.
   *
   * @param batch most records that the owner is given at once
   */
  static IntakeFeed start(
      Installation installation,
      int partition,
      long fromOffset,
      int batch,
      Function<List<OwnerStore.Positioned>, CompletionStage<Done>> owner) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            ClientSettings.of(installation.bootstrap())
                .with("isolation.level", "read_committed")
                .with("enable.auto.commit", "false")
                // Records that retention took, or a topic that was rewound: what is there is read,
                // and what is known already is found to be known.
                .with("auto.offset.reset", "earliest")
                .with("max.poll.records", Integer.toString(batch))
                .asMap(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition intake = installation.partition(Topic.INTAKE, partition);
    consumer.assign(List.of(intake));
    consumer.seek(intake, fromOffset);
    IntakeFeed feed = new IntakeFeed(consumer, owner);
    Thread.ofPlatform().name("intake-" + partition).daemon().start(feed::run);
    return feed;
  }

  @Override
  public void stop() {
    stopped.complete(Done.getInstance());
    consumer.wakeup();
  }

  @Override
  public CompletionStage<Done> ended() {
    return ended;
  }

  private void run() {
    try {
      while (!stopped.isDone()) {
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
        if (!polled.isEmpty()) {
          CompletableFuture.anyOf(owner.apply(positioned(polled)).toCompletableFuture(), stopped)
              .join();
        }
      }
      ended.complete(Done.getInstance());
    } catch (WakeupException e) { // only stop() wakes
      ended.complete(Done.getInstance());
    } catch (RuntimeException e) { // reported; the owner decides
      ended.completeExceptionally(e);
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE));
    }
  }

  private static List<OwnerStore.Positioned> positioned(ConsumerRecords<byte[], byte[]> polled) {
    List<OwnerStore.Positioned> records = new ArrayList<>(polled.count());
    polled.forEach(
        record ->
            records.add(
                new OwnerStore.Positioned(CODEC.decode(record.value()), record.offset() + 1)));
    return records;
  }
}
