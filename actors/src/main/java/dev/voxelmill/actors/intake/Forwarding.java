package dev.voxelmill.actors.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.log.LogEntry;
import dev.voxelmill.storage.log.LogRecords;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The resource behind one life of the intake: a member of the supervisors' consumer group, and the
 * transactions in which it forwards. Used by one thread; only {@link #wakeUp} is for others.
 *
 * <p>No timer stands in a submission's way. A poll returns as soon as there is something, all that
 * it returned is examined and goes into one transaction with its offsets, and whatever arrives
 * meanwhile is the next poll's: one submission at a time when idle, a batch under load. Nothing is
 * in flight between two polls, so a partition moves to another node, which happens in a poll, when
 * everything that was read from it is committed.
 */
final class Forwarding implements AutoCloseable {
  private static final JsonCodec<IntakeRecord> CODEC = JsonCodec.of(IntakeRecord.class);

  /** The poll ends earlier with the first record. */
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * How long brokers hold a fetch that finds nothing. When partitions are shared anew, those whose
   * positions are known first are asked for at once, and the others only when that fetch is back:
   * the silent half of the topics then holds up the busy one for this long, twice at worst.
   */
  private static final Duration FETCH_WAIT = Duration.ofMillis(50);

  /**
   * Before an answer such as "those offsets are still being committed" is asked for again, which is
   * the usual one right after partitions were shared anew.
   */
  private static final Duration RETRY = Duration.ofMillis(5);

  private static final Duration LONGEST_RETRY = Duration.ofMillis(50);

  /** Brokers that are silent for this long end this life. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** To leave the group, so that others need not wait for the session to end. */
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** What one answer of the brokers may hold in memory, unless a single record is larger. */
  private static final ByteSize FETCH = ByteSize.parse("16MiB");

  private final ActorSystem<?> system;
  private final Installation installation;
  private final IntakeConfig config;
  private final Examiner examiner;
  private final Clock clock = Clock.systemUTC();
  private final LogRecords records;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;

  Forwarding(
      ActorSystem<?> system, Installation installation, IntakeConfig config, Examiner examiner) {
    this.system = system;
    this.installation = installation;
    this.config = config;
    this.examiner = examiner;
    this.records = LogRecords.of(installation, "/intake", clock);
    this.consumer = consumer(installation, config);
    this.producer = producer(installation, config);
  }

  /** Joins the group. */
  void begin() {
    producer.initTransactions();
    consumer.subscribe(
        List.of(installation.topic(Topic.REQUESTS), installation.topic(Topic.COMMANDS)));
  }

  /**
   * Forwards what has arrived, after waiting for it a while; any failure leaves all of it
   * uncommitted.
   *
   * @return number of submissions
   */
  int forward() {
    ConsumerRecords<byte[], byte[]> polled = poll();
    if (polled.isEmpty()) {
      return 0;
    }
    List<ProducerRecord<byte[], byte[]>> out = examined(polled);
    producer.beginTransaction();
    out.forEach(this::send);
    producer.sendOffsetsToTransaction(polled.nextOffsets(), consumer.groupMetadata());
    producer.commitTransaction();
    return polled.count();
  }

  /** Ends a poll that waits, now or next, as if nothing had arrived. */
  void wakeUp() {
    consumer.wakeup();
  }

  /** Gives its partitions to others at once; to close takes until the fetch under way is back. */
  void leave() {
    consumer.unsubscribe();
  }

  /** A transaction that is still open is aborted. */
  @Override
  public void close() {
    try {
      consumer.close(CloseOptions.timeout(CLOSE));
    } finally {
      producer.close(CLOSE);
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    }
  }

  /** Examines some at once: a submission in examination is several times as large as its record. */
  private List<ProducerRecord<byte[], byte[]>> examined(ConsumerRecords<byte[], byte[]> polled) {
    return Source.fromIterator(polled::iterator)
        .mapAsync(
            config.inFlight(),
            submission ->
                examiner.examine(submission).thenApply(verdict -> written(submission, verdict)))
        .mapConcat(written -> written)
        .runWith(Sink.seq(), system)
        .toCompletableFuture()
        .join();
  }

  private List<ProducerRecord<byte[], byte[]>> written(
      ConsumerRecord<byte[], byte[]> submission, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Forward forward -> List.of(forwarded(forward.record()));
      case Verdict.Bury bury ->
          List.of(
              records.encode(
                  new LogEntry.Bury(
                      bury.source(), bury.code(), bury.reason(), original(submission))),
              records.encode(
                  new LogEntry.Publish(
                      new EventRecord(
                          bury.about(),
                          0,
                          clock.instant(),
                          new EventRecord.Rejected(bury.reason(), bury.source())))));
    };
  }

  private static byte[] original(ConsumerRecord<byte[], byte[]> submission) {
    return submission.value() == null ? new byte[0] : submission.value();
  }

  private ProducerRecord<byte[], byte[]> forwarded(IntakeRecord record) {
    return new ProducerRecord<>(
        installation.topic(Topic.INTAKE),
        installation.home(record.job()),
        record.job().key().getBytes(UTF_8),
        CODEC.encode(record));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what any send met
  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(record);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      Installation installation, IntakeConfig config) {
    return new KafkaConsumer<>(
        ClientSettings.of(installation.bootstrap())
            .with("group.id", installation.prefix() + "-intake")
            // Not the cooperative one: it returns records while the group moves on to its next
            // generation, and brokers refuse offsets of the one before.
            .with("partition.assignment.strategy", StickyAssignor.class.getName())
            .with("session.timeout.ms", config.sessionTimeout())
            .with("heartbeat.interval.ms", config.heartbeat())
            .with("isolation.level", "read_committed")
            .with("enable.auto.commit", "false")
            .with("auto.offset.reset", "earliest")
            .with("max.poll.records", Integer.toString(config.batch()))
            .with("fetch.max.wait.ms", FETCH_WAIT)
            .with("retry.backoff.ms", RETRY)
            .with("retry.backoff.max.ms", LONGEST_RETRY)
            .with("fetch.max.bytes", FETCH)
            .asMap(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> producer(
      Installation installation, IntakeConfig config) {
    return new KafkaProducer<>(
        ClientSettings.of(installation.bootstrap())
            // Another id for each life: one that failed may still hold the old one.
            .with("transactional.id", installation.prefix() + "-intake-" + UUID.randomUUID())
            .with("transaction.timeout.ms", config.transactionTimeout())
            .with("max.block.ms", PATIENCE)
            .with("request.timeout.ms", PATIENCE.dividedBy(2))
            .with("delivery.timeout.ms", PATIENCE)
            .with("retry.backoff.ms", RETRY)
            .with("retry.backoff.max.ms", LONGEST_RETRY)
            .with("max.request.size", TopicLimits.LARGEST_REQUEST)
            .asMap(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
