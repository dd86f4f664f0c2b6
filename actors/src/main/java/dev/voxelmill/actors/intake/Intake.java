package dev.voxelmill.actors.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.LogRecords;
import dev.voxelmill.storage.topics.Installation;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.kafka.ConsumerMessage;
import org.apache.pekko.kafka.ConsumerSettings;
import org.apache.pekko.kafka.ProducerMessage;
import org.apache.pekko.kafka.ProducerSettings;
import org.apache.pekko.kafka.Subscriptions;
import org.apache.pekko.kafka.javadsl.Consumer;
import org.apache.pekko.kafka.javadsl.Transactional;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The stream from {@code requests} and {@code commands} to {@code intake} and {@code dead-letters};
 * the supervisors share the partitions as one consumer group.
 *
 * <p>The connector's transactional source and sink are used because the work is stream-shaped: one
 * submission in, its records out, its offset in the same transaction, committed by the clock.
 * Should a rebalance make two nodes forward the same submission, its owner finds one of them known.
 */
public final class Intake {
  private static final JsonCodec<IntakeRecord> CODEC = JsonCodec.of(IntakeRecord.class);

  /**
   * How long a stop waits for what is in flight. The connector also waits this long, blocked, when
   * partitions move to another node; what it gives up is examined again there, harmlessly.
   */
  private static final Duration STOP = Duration.ofSeconds(2);

  private final ActorSystem<?> system;
  private final Installation installation;
  private final IntakeConfig config;
  private final ExecutorService decoders;
  private final Examiner examiner;
  private final LogRecords records;
  private final AtomicReference<Consumer.Control> control =
      new AtomicReference<>(Consumer.createNoopControl());
  private final Clock clock;

  private Intake(
      ActorSystem<?> system,
      Installation installation,
      IntakeConfig config,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    this.system = system;
    this.installation = installation;
    this.config = config;
    this.clock = Clock.systemUTC();
    this.records = LogRecords.of(installation, "/intake", clock);
    this.decoders =
        Executors.newFixedThreadPool(
            config.decodeThreads(), Thread.ofPlatform().name("decode-", 1).daemon().factory());
    this.examiner = new Examiner(config, installation.topic(Topic.COMMANDS), decoders, keep);
  }

  /**
   * Starts the stream; it goes on, with back-off after failures, until it is stopped.
   *
   * @param keep puts bytes into the blob store
   */
  public static Intake start(
      ActorSystem<?> system,
      Installation installation,
      IntakeConfig config,
      Function<byte[], CompletionStage<BlobRef>> keep) {
    Intake intake = new Intake(system, installation, config, keep);
    RestartSource.onFailuresWithBackoff(
            RestartSettings.create(config.restartMin(), config.restartMax(), 0.2), intake::stream)
        .named("intake")
        .runWith(Sink.ignore(), system);
    return intake;
  }

  /** Takes no more submissions; what is in flight is committed. */
  public CompletionStage<Done> stop() {
    return control.get().shutdown().whenComplete((done, failure) -> decoders.shutdown());
  }

  private Source<ProducerMessage.Results<byte[], byte[], ConsumerMessage.PartitionOffset>, NotUsed>
      stream() {
    // Another id for each start: a stream that failed may still hold the old one.
    String transactionalId = installation.prefix() + "-intake-" + UUID.randomUUID();
    return Transactional.source(
            consumer(),
            Subscriptions.topics(
                installation.topic(Topic.REQUESTS), installation.topic(Topic.COMMANDS)))
        .mapMaterializedValue(
            started -> {
              control.set(started);
              return NotUsed.getInstance();
            })
        .named("submissions")
        .mapAsync(
            config.inFlight(),
            message ->
                examiner.examine(message.record()).thenApply(verdict -> envelope(message, verdict)))
        .named("examine")
        .via(Transactional.flow(producer(), transactionalId))
        .named("forward");
  }

  private ProducerMessage.Envelope<byte[], byte[], ConsumerMessage.PartitionOffset> envelope(
      ConsumerMessage.TransactionalMessage<byte[], byte[]> message, Verdict verdict) {
    List<ProducerRecord<byte[], byte[]>> out =
        switch (verdict) {
          case Verdict.Forward forward -> List.of(forwarded(forward.record()));
          case Verdict.Bury bury ->
              List.of(
                  records.encode(
                      new LogEntry.Bury(
                          bury.source(), bury.code(), bury.reason(), original(message))),
                  records.encode(
                      new LogEntry.Publish(
                          new EventRecord(
                              bury.about(),
                              0,
                              clock.instant(),
                              new EventRecord.Rejected(bury.reason(), bury.source())))));
        };
    return ProducerMessage.multi(out, message.partitionOffset());
  }

  private static byte[] original(ConsumerMessage.TransactionalMessage<byte[], byte[]> message) {
    return message.record().value() == null ? new byte[0] : message.record().value();
  }

  private ProducerRecord<byte[], byte[]> forwarded(IntakeRecord record) {
    return new ProducerRecord<>(
        installation.topic(Topic.INTAKE),
        installation.home(record.job()),
        record.job().key().getBytes(UTF_8),
        CODEC.encode(record));
  }

  private ConsumerSettings<byte[], byte[]> consumer() {
    return ConsumerSettings.create(system, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .withBootstrapServers(installation.bootstrap())
        .withGroupId(installation.prefix() + "-intake")
        .withProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
        .withProperty(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, "false")
        .withProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(config.inFlight()))
        .withStopTimeout(STOP)
        .withCommitTimeout(STOP);
  }

  private ProducerSettings<byte[], byte[]> producer() {
    return ProducerSettings.create(system, new ByteArraySerializer(), new ByteArraySerializer())
        .withBootstrapServers(installation.bootstrap())
        .withEosCommitInterval(config.commitInterval())
        .withProperty(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, "false")
        .withProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(16 << 20))
        .withProperty(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "5")
        .withProperty(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "50");
  }
}
