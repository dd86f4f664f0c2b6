package dev.voxelmill.storage.chunk;

import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.DamagedBatch;
import dev.voxelmill.storage.topics.Installation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads payloads back by the offsets of their chunks; never scans.
 *
 * <p>One consumer is kept for all reads, on a thread of its own, since to open one costs more than
 * to read a payload. It fetches ahead, so the records that other payloads left between two chunks
 * come along and are dropped; only a wide gap is worth a new seek, which throws the fetched away.
 */
public final class ChunkReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long WIDE_GAP = 64;

  private final Duration patience;
  private final KafkaConsumer<String, byte[]> consumer;
  private final ExecutorService thread;

  /** A reader whose thread has this name; it connects on first use. */
  public ChunkReader(Installation installation, ChunkConfig config, String name) {
    patience = config.patience();
    consumer =
        new KafkaConsumer<>(
            ClientSettings.of(installation.bootstrap())
                .with("enable.auto.commit", "false")
                .with("auto.offset.reset", "none")
                // The last fetch of one read delays the next read by this at most.
                .with("fetch.max.wait.ms", "10")
                .with("fetch.max.bytes", config.fetch())
                .with("max.partition.fetch.bytes", config.fetch())
                .with("default.api.timeout.ms", config.patience())
                .asMap(),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * Reads the chunks and joins them. The stage fails with {@link ChunkDamagedException} when a
   * chunk is not what the references and the label say, with Kafka's own exceptions when the
   * brokers do not answer.
   */
  public CompletionStage<byte[]> read(
      TopicPartition source, ChunkLabel label, List<ChunkRef> chunks) {
    return with(source, () -> new Read(source, label).join(chunks));
  }

  /**
   * Reads the chunks wherever later copies of them lie, since compaction keeps only the last of
   * several copies. Slow: everything after the first reference's offset is read.
   */
  public CompletionStage<byte[]> search(
      TopicPartition source, ChunkLabel label, List<ChunkRef> chunks) {
    return with(source, () -> new Read(source, label).search(chunks));
  }

  private CompletionStage<byte[]> with(TopicPartition source, Supplier<byte[]> read) {
    return CompletableFuture.supplyAsync(
        () -> {
          consumer.assign(List.of(source));
          try {
            return read.get();
          } finally {
            consumer.unsubscribe();
          }
        },
        thread);
  }

  /** Finishes the reads that were asked for, then releases the connection. */
  @Override
  public void close() {
    thread.close();
    consumer.close();
  }

  /** One payload on its way. */
  private final class Read {
    private final TopicPartition source;
    private final ChunkLabel label;
    private final Deque<ConsumerRecord<String, byte[]>> fetched = new ArrayDeque<>();

    /** The offset after the last fetched record; far from all before the first seek. */
    private long position = Long.MAX_VALUE;

    /** The last offset that was taken or dropped, so what lies before it needs a new seek. */
    private long passed = -1;

    Read(TopicPartition source, ChunkLabel label) {
      this.source = source;
      this.label = label;
    }

    byte[] join(List<ChunkRef> chunks) {
      long total = chunks.stream().mapToLong(ChunkRef::length).sum();
      byte[] payload = new byte[Math.toIntExact(total)];
      int at = 0;
      for (int chunk = 0; chunk < chunks.size(); chunk++) {
        ChunkRef expected = chunks.get(chunk);
        ConsumerRecord<String, byte[]> record = recordAt(expected.offset(), chunk);
        label.check(record, chunk, expected);
        System.arraycopy(record.value(), 0, payload, at, expected.length());
        at += expected.length();
      }
      return payload;
    }

    byte[] search(List<ChunkRef> chunks) {
      ByteBuffer payload =
          ByteBuffer.allocate(Math.toIntExact(chunks.stream().mapToLong(ChunkRef::length).sum()));
      List<byte[]> found = new ArrayList<>(Collections.nCopies(chunks.size(), null));
      long oldest = consumer.beginningOffsets(List.of(source)).get(source);
      long end = consumer.endOffsets(List.of(source)).get(source);
      long deadline = System.nanoTime() + patience.toNanos();
      consumer.seek(source, Math.max(oldest, chunks.getFirst().offset()));
      while (found.contains(null) && consumer.position(source) < end) {
        for (ConsumerRecord<String, byte[]> record : poll(chunks.getFirst().offset(), 0)) {
          label.chunkOf(record, chunks).ifPresent(chunk -> found.set(chunk, record.value()));
          deadline = System.nanoTime() + patience.toNanos();
        }
        requireTime(deadline, consumer.position(source));
      }
      int absent = found.indexOf(null);
      if (absent >= 0) {
        throw missing(chunks.get(absent).offset(), absent);
      }
      found.forEach(payload::put);
      return payload.array();
    }

    private ConsumerRecord<String, byte[]> recordAt(long offset, int chunk) {
      long deadline = System.nanoTime() + patience.toNanos();
      if (offset <= passed) {
        fetched.clear();
        position = Long.MAX_VALUE;
      }
      while (true) {
        while (!fetched.isEmpty() && fetched.peek().offset() <= offset) {
          ConsumerRecord<String, byte[]> record = fetched.remove();
          passed = record.offset();
          if (record.offset() == offset) {
            return record;
          }
        }
        if (!fetched.isEmpty()) {
          throw missing(offset, chunk);
        }
        fetch(offset, chunk, deadline);
      }
    }

    private void fetch(long offset, int chunk, long deadline) {
      if (offset < position || offset - position > WIDE_GAP) {
        consumer.seek(source, offset);
      }
      try {
        poll(offset, chunk).forEach(fetched::add);
      } catch (OffsetOutOfRangeException e) {
        throw missing(offset, chunk);
      }
      position = consumer.position(source);
      if (fetched.isEmpty() && offset >= consumer.endOffsets(List.of(source)).get(source)) {
        throw missing(offset, chunk);
      }
      if (fetched.isEmpty()) {
        requireTime(deadline, offset);
      }
    }

    /** What comes next. */
    private ConsumerRecords<String, byte[]> poll(long offset, int chunk) {
      try {
        return consumer.poll(POLL);
      } catch (KafkaException e) {
        if (!DamagedBatch.isCauseOf(e)) {
          throw e;
        }
        throw label.damaged(
            Reason.CHECKSUM,
            chunk,
            "batch",
            String.valueOf(e.getMessage()),
            "a whole one at offset " + offset + " of " + source);
      }
    }

    private void requireTime(long deadline, long offset) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "offset " + offset + " of " + source + ": no answer within " + patience);
      }
    }

    private ChunkDamagedException missing(long offset, int chunk) {
      return label.damaged(
          Reason.MISSING, chunk, "record", "none", "one at offset " + offset + " of " + source);
    }
  }
}
