package dev.voxelmill.actors.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.topic.CloudEvents;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.LogRecords;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what may be lost: it never blocks its caller and never tries for long, since newer news
 * follows soon. What must not be lost goes through an owner's log.
 */
public final class Telemetry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);
  private static final JsonCodec<FleetRecord> FLEET = JsonCodec.of(FleetRecord.class);
  private static final String SOURCE = "/telemetry";

  private final Installation installation;
  private final LogRecords records;
  private final KafkaProducer<byte[], byte[]> producer;

  /** Connects in the background; what is published before that is lost. */
  public Telemetry(Installation installation) {
    this.installation = installation;
    this.records = LogRecords.of(installation, SOURCE, Clock.systemUTC());
    this.producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap())
                .with("acks", "1")
                .with("enable.idempotence", "false")
                .with("linger.ms", "5")
                .with("max.block.ms", "1")
                .with("request.timeout.ms", "2000")
                .with("delivery.timeout.ms", "3000")
                .with("buffer.memory", Integer.toString(4 << 20))
                .asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  public void publish(EventRecord event) {
    send(records.encode(new LogEntry.Publish(event)));
  }

  public void publish(FleetRecord fleet) {
    var record =
        new ProducerRecord<>(
            installation.topic(Topic.FLEET), FleetRecord.KEY.getBytes(UTF_8), FLEET.encode(fleet));
    CloudEvents.headers(
            "fleet",
            SOURCE,
            fleet.epoch() + "/" + fleet.at().toEpochMilli(),
            FleetRecord.KEY,
            fleet.at())
        .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    send(record);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback has the same outcome
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (metadata, failure) -> {
          if (failure != null) {
            LOG.debug("lost a record for {}: {}", record.topic(), failure.toString());
          }
        });
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
