package dev.voxelmill.storage.log;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one home partition in the hands of one owner.
 *
 * <p>All calls to Kafka happen on a thread of the log's own: a transactional producer is one
 * conversation with the brokers, its calls block, and a partition that is fenced or stuck must not
 * hold up the others. Batches that arrive while a transaction is in flight wait and are committed
 * together in the next one, since a transaction costs about the same whatever it holds.
 *
 * <p>Any failure ends the log. An aborted transaction could be retried here, but the owner would
 * have to know which of its decisions were lost; opening again and replaying is the one way back
 * that is right in every case.
 */
public final class PartitionLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

  private final Installation installation;
  private final int partition;
  private final LogConfig config;
  private final LogRecords records;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Guards the three fields below. */
  private final Object lock = new Object();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private boolean closing;
  private Optional<CommitOutcome> end = Optional.empty();

  /** The first intake record that is not dealt with; of the log's thread alone. */
  private long nextIntakeOffset;

  private PartitionLog(Installation installation, int partition, LogConfig config) {
    this.installation = installation;
    this.partition = partition;
    this.config = config;
    this.records = LogRecords.ofOwner(installation, partition, Clock.systemUTC());
  }

  /**
   * As {@link PartitionLogs#open}.
   *
   * @param transactionalId asked on the log's thread; may block and fail
   */
  static CompletionStage<OpenOutcome> open(
      Installation installation,
      int partition,
      LogConfig config,
      Supplier<String> transactionalId) {
    PartitionLog log = new PartitionLog(installation, partition, config);
    CompletableFuture<OpenOutcome> opened = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> log.run(transactionalId, opened), "partition-log-" + partition);
    thread.setDaemon(true);
    thread.start();
    return opened;
  }

  /** Makes a batch durable. The stage never fails; it completes on the log's thread. */
  public CompletionStage<CommitOutcome> commit(LogBatch batch) {
    List<ProducerRecord<byte[], byte[]>> encoded =
        batch.entries().stream().map(records::encode).toList();
    Optional<String> tooLarge = records.firstTooLarge(encoded);
    if (tooLarge.isPresent()) {
      return CompletableFuture.completedFuture(new CommitOutcome.Refused(tooLarge.get()));
    }
    synchronized (lock) {
      if (end.isPresent()) {
        return CompletableFuture.completedFuture(end.get());
      }
      if (closing) {
        return CompletableFuture.completedFuture(closedOutcome());
      }
      if (waiting.size() >= config.maxWaiting()) {
        return CompletableFuture.completedFuture(
            new CommitOutcome.Refused(
                "batches waiting: "
                    + waiting.size()
                    + " (expected: < log.max-waiting; fix: the brokers are slow)"));
      }
      Waiting added = new Waiting(encoded, batch.nextIntakeOffset(), new CompletableFuture<>());
      waiting.add(added);
      lock.notifyAll();
      return added.outcome();
    }
  }

  /** Stops accepting batches and returns at once; those that wait are still committed. */
  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
  }

  /** Completes when everything is released. */
  public CompletionStage<Void> closed() {
    return closed;
  }

  private void run(Supplier<String> transactionalId, CompletableFuture<OpenOutcome> opened) {
    try (KafkaProducer<byte[], byte[]> producer = producer(transactionalId.get())) {
      producer.initTransactions();
      ConsumerGroupMetadata group;
      OpenOutcome.Replay replay;
      try (PartitionReplay reader = new PartitionReplay(installation, partition, config)) {
        group = reader.group();
        replay = reader.run();
      }
      LOG.info(
          "opened partition {}: {} jobs from {} records in {} ms, intake from {}",
          partition,
          replay.states().size(),
          replay.records(),
          replay.took().toMillis(),
          replay.nextIntakeOffset());
      nextIntakeOffset = replay.nextIntakeOffset();
      opened.complete(new OpenOutcome.Opened(this, replay));
      commitUntilClosed(producer, group);
    } catch (RuntimeException e) { // reported as the outcome; the owner decides
      opened.complete(new OpenOutcome.Unavailable(e));
      finish(outcomeOf(e));
    } finally {
      finish(closedOutcome());
      closed.complete(null);
    }
  }

  private void commitUntilClosed(
      KafkaProducer<byte[], byte[]> producer, ConsumerGroupMetadata group) {
    for (List<Waiting> next = takeGroup(); !next.isEmpty(); next = takeGroup()) {
      try {
        commitTogether(producer, group, next);
      } catch (KafkaException e) {
        CommitOutcome outcome = outcomeOf(e);
        finish(outcome);
        next.forEach(each -> each.outcome().complete(outcome));
        return;
      }
      next.forEach(each -> each.outcome().complete(new CommitOutcome.Committed()));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what any send met
  private void commitTogether(
      KafkaProducer<byte[], byte[]> producer, ConsumerGroupMetadata group, List<Waiting> batches) {
    producer.beginTransaction();
    boolean isDealtWith = false;
    boolean isNothing = true;
    for (Waiting batch : batches) {
      batch.records().forEach(producer::send);
      batch.nextIntakeOffset().ifPresent(offset -> nextIntakeOffset = offset);
      isDealtWith |= batch.nextIntakeOffset().isPresent();
      isNothing &= batch.records().isEmpty();
    }
    // Of an empty transaction the brokers would never hear, and nobody learn that he is fenced.
    if (isDealtWith || isNothing) {
      TopicPartition intake = installation.partition(Topic.INTAKE, partition);
      producer.sendOffsetsToTransaction(
          Map.of(intake, new OffsetAndMetadata(nextIntakeOffset)), group);
    }
    producer.commitTransaction();
  }

  /** Waits for batches and takes all that wait, up to the limit; empty when the log is closed. */
  private List<Waiting> takeGroup() {
    List<Waiting> group = new ArrayList<>();
    synchronized (lock) {
      while (waiting.isEmpty() && !closing) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          closing = true;
        }
      }
      while (!waiting.isEmpty() && group.size() < config.maxGroup()) {
        group.add(waiting.remove());
      }
    }
    return group;
  }

  private void finish(CommitOutcome outcome) {
    List<Waiting> left;
    synchronized (lock) {
      if (end.isPresent()) {
        return;
      }
      end = Optional.of(outcome);
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(each -> each.outcome().complete(outcome));
  }

  private static CommitOutcome outcomeOf(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException) {
        return new CommitOutcome.Fenced();
      }
    }
    return new CommitOutcome.Unavailable(failure);
  }

  private CommitOutcome closedOutcome() {
    return new CommitOutcome.Unavailable(
        new IllegalStateException("the log of partition " + partition + " is closed"));
  }

  private KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    return new KafkaProducer<>(
        ClientSettings.of(installation.bootstrap())
            .with("transactional.id", transactionalId)
            .with("transaction.timeout.ms", config.transactionTimeout())
            .with("retry.backoff.ms", config.retryBackoff())
            .with("retry.backoff.max.ms", config.retryBackoffMax())
            .with("max.block.ms", config.patience())
            .with("request.timeout.ms", config.patience().dividedBy(2))
            .with("delivery.timeout.ms", config.patience())
            .with("max.request.size", TopicLimits.LARGEST_REQUEST)
            .asMap(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private record Waiting(
      List<ProducerRecord<byte[], byte[]>> records,
      OptionalLong nextIntakeOffset,
      CompletableFuture<CommitOutcome> outcome) {}
}
