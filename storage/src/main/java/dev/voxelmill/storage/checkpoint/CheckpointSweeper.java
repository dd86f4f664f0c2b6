package dev.voxelmill.storage.checkpoint;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.chunk.ChunkLabel;
import dev.voxelmill.storage.chunk.ChunkWriter;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.DamagedBatch;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the checkpoints that have chunks in a home partition, whoever wrote them, and deletes those
 * that it is told to.
 *
 * <p>Chunks that no manifest names can only be found by reading. Each is read once: a call goes on
 * where the last one about the partition ended, and only keys are kept. What a partition holds, and
 * this class with it, is bounded by the checkpoints that are not deleted yet.
 */
public final class CheckpointSweeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointSweeper.class);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Installation installation;
  private final Duration patience;
  private final KafkaConsumer<String, byte[]> consumer;
  private final ChunkWriter writer;
  private final ExecutorService thread;
  private final Map<Integer, Seen> partitions = new HashMap<>();

  /** What is known of a partition: which chunks live, and the offset up to which that holds. */
  private static final class Seen {
    private final Map<CheckpointKey, Chunks> checkpoints = new HashMap<>();
    private long next;

    void add(ConsumerRecord<String, byte[]> record) {
      CheckpointKey key = CheckpointKey.ofChunk(record.key());
      int chunk = Integer.parseInt(record.key().substring(record.key().lastIndexOf('/') + 1));
      if (record.value() != null) {
        checkpoints.computeIfAbsent(key, first -> new Chunks()).write(chunk, record.timestamp());
      } else if (checkpoints.containsKey(key) && checkpoints.get(key).delete(chunk)) {
        checkpoints.remove(key);
      }
    }

    int chunks(CheckpointKey key) {
      return checkpoints.containsKey(key) ? checkpoints.get(key).living.length() : 0;
    }

    Set<StoredCheckpoint> stored() {
      return checkpoints.entrySet().stream()
          .map(
              entry ->
                  new StoredCheckpoint(
                      entry.getKey(),
                      entry.getValue().living.length(),
                      Instant.ofEpochMilli(entry.getValue().newestMillis)))
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** The chunks of one checkpoint that live. */
  private static final class Chunks {
    private final BitSet living = new BitSet();
    private long newestMillis;

    void write(int chunk, long atMillis) {
      living.set(chunk);
      newestMillis = Math.max(newestMillis, atMillis);
    }

    /** True when none is left. */
    boolean delete(int chunk) {
      living.clear(chunk);
      return living.isEmpty();
    }
  }

  /** A sweeper that connects on first use. */
  public CheckpointSweeper(Installation installation, ChunkConfig config) {
    this.installation = requireNonNull(installation, "installation");
    this.patience = config.patience();
    this.writer = new ChunkWriter(installation, config, "sweep-writer");
    this.consumer =
        new KafkaConsumer<>(
            ClientSettings.of(installation.bootstrap())
                .with("enable.auto.commit", "false")
                .with("auto.offset.reset", "earliest")
                // What owners delete within a transaction is deleted once that is committed.
                .with("isolation.level", "read_committed")
                .with("fetch.max.wait.ms", "10")
                .with("default.api.timeout.ms", config.patience())
                .asMap(),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("sweep-reader").factory());
  }

  /** The checkpoints of a home partition that have chunks now. */
  public CompletionStage<Set<StoredCheckpoint>> stored(int partition) {
    return CompletableFuture.supplyAsync(() -> read(partition), thread);
  }

  /** Writes tombstones over every chunk of these checkpoints that {@link #stored} has seen. */
  public CompletionStage<Void> delete(int partition, Collection<CheckpointKey> garbage) {
    List<CheckpointKey> keys = List.copyOf(garbage);
    return CompletableFuture.supplyAsync(
            () -> keys.stream().map(key -> delete(partition, key)).toList(), thread)
        .thenCompose(deleted -> CompletableFuture.allOf(deleted.toArray(CompletableFuture[]::new)));
  }

  private CompletableFuture<Void> delete(int partition, CheckpointKey key) {
    Seen seen = partitions.get(partition);
    int chunks = seen == null ? 0 : seen.chunks(key);
    return writer
        .delete(home(partition), new ChunkLabel(key.toString(), Map.of()), chunks)
        .toCompletableFuture();
  }

  private Set<StoredCheckpoint> read(int partition) {
    TopicPartition home = home(partition);
    Seen seen = partitions.computeIfAbsent(partition, first -> new Seen());
    consumer.assign(List.of(home));
    try {
      consumer.seek(home, seen.next);
      long end = consumer.endOffsets(List.of(home)).get(home);
      long progressAt = System.nanoTime();
      while (consumer.position(home) < end) {
        long before = consumer.position(home);
        DamagedBatch.pollPast(consumer, POLL, CheckpointSweeper::warn).forEach(seen::add);
        seen.next = consumer.position(home);
        if (seen.next > before) {
          progressAt = System.nanoTime();
        } else if (System.nanoTime() - progressAt > patience.toNanos()) {
          throw new TimeoutException("sweep of " + home + " stands at " + before + " of " + end);
        }
      }
    } finally {
      consumer.unsubscribe();
    }
    return seen.stored();
  }

  private static void warn(TopicPartition home, long offset, KafkaException why) {
    LOG.warn("passes over offset {} of {}: {}", offset, home, why.getMessage());
  }

  private TopicPartition home(int partition) {
    return installation.partition(Topic.CHECKPOINTS, partition);
  }

  @Override
  public void close() {
    thread.close();
    consumer.close();
    writer.close();
  }
}
