package dev.voxelmill.actors.nemesis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.request.CommandCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The clients of a run. What they send is acknowledged sooner or later, since each write is tried
 * for longer than any fault lasts.
 */
final class Clients implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Installation installation;
  private final String imageBase64;
  private final KafkaProducer<byte[], byte[]> producer;
  private final int partitions;
  private final Receipts receipts;

  Clients(Installation installation, String imageBase64, Receipts receipts) {
    this.installation = installation;
    this.receipts = receipts;
    this.imageBase64 = imageBase64;
    this.producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap())
                .with(ProducerConfig.ACKS_CONFIG, "all")
                .with(ProducerConfig.LINGER_MS_CONFIG, Duration.ZERO)
                .with(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicLimits.LARGEST_REQUEST)
                .with(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE)
                .with(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE)
                .asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.partitions = producer.partitionsFor(installation.topic(Topic.REQUESTS)).size();
  }

  void submit(PlannedJob job) {
    request(job, -1, job.request(imageBase64));
  }

  void carryOut(Fault.OfClient fault) {
    switch (fault) {
      case Fault.Duplicates duplicates -> {
        byte[] request = duplicates.job().request(imageBase64);
        for (int copy = 0; copy < duplicates.copies(); copy++) {
          request(duplicates, copy % partitions, request);
        }
      }
      case Fault.Poison poison -> request(poison, -1, poison.poison().bytes(poison.seed()));
      case Fault.Order order -> {
        // One key, one partition: the commands of a client about a job stay in their order.
        byte[] key = order.job().key().getBytes(UTF_8);
        JobCommand command = new JobCommand(order.commandId(), order.job(), order.order());
        send(
            order,
            new ProducerRecord<>(
                installation.topic(Topic.COMMANDS), key, CommandCodec.write(command)));
      }
      case Fault.Burst burst -> burst.jobs().forEach(this::submit);
    }
  }

  private void request(Object what, int partition, byte[] value) {
    send(
        what,
        new ProducerRecord<>(
            installation.topic(Topic.REQUESTS), partition < 0 ? null : partition, null, value));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback has the same outcome
  private void send(Object what, ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (written, failure) -> {
          if (failure == null) {
            receipts.acknowledged(what, position(written));
          } else {
            receipts.lost(what, failure.getMessage());
          }
        });
  }

  private static String position(RecordMetadata written) {
    return written.topic() + "/" + written.partition() + "/" + written.offset();
  }

  /** Waits until everything is acknowledged or given up. */
  void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
