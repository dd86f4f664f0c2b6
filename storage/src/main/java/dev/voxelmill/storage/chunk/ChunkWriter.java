package dev.voxelmill.storage.chunk;

import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Cuts payloads into chunks and writes them, several in flight at once.
 *
 * <p>Outside of transactions: a slow payload in an open transaction would hide everything behind it
 * from readers of committed records. A payload whose chunks are not all acknowledged is never
 * referenced, so half a payload is only rubbish to be swept. Sending blocks while the buffer is
 * full, hence the thread of its own; a caller bounds what waits for it by waiting for the stages.
 */
public final class ChunkWriter implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final ExecutorService thread;
  private final int size;

  /** A writer whose thread has this name; it connects on first use. */
  public ChunkWriter(Installation installation, ChunkConfig config, String name) {
    size = Math.toIntExact(config.size().bytes());
    producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap())
                .with("acks", "all")
                .with("enable.idempotence", "true")
                .with("compression.type", "none")
                .with("linger.ms", "0")
                .with("buffer.memory", config.sendBuffer())
                .with("max.request.size", ChunkConfig.LARGEST_REQUEST)
                .with("max.block.ms", config.patience())
                .with("request.timeout.ms", config.patience().dividedBy(2))
                .with("delivery.timeout.ms", config.patience())
                .asMap(),
            new StringSerializer(),
            new ByteArraySerializer());
    thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
  }

  /**
   * Writes a payload; the stage completes with the place of every chunk when all are acknowledged,
   * and fails when one is not.
   *
   * @param payload makes the bytes, on the writer's thread
   */
  public CompletionStage<List<ChunkRef>> write(
      TopicPartition target, ChunkLabel label, Supplier<byte[]> payload) {
    return CompletableFuture.supplyAsync(() -> cut(target, label, payload.get()), thread)
        .thenCompose(ChunkWriter::all);
  }

  /** Writes tombstones over a label's chunks, from the first to before {@code chunks}. */
  public CompletionStage<Void> delete(TopicPartition target, ChunkLabel label, int chunks) {
    return CompletableFuture.supplyAsync(
            () -> {
              List<CompletableFuture<Long>> acknowledged = new ArrayList<>();
              for (int chunk = 0; chunk < chunks; chunk++) {
                acknowledged.add(send(label.tombstone(target, chunk)));
              }
              return acknowledged;
            },
            thread)
        .thenCompose(ChunkWriter::all)
        .thenAccept(offsets -> {});
  }

  /** Waits for what was handed over, then releases the connection. */
  @Override
  public void close() {
    thread.close();
    producer.close();
  }

  private List<CompletableFuture<ChunkRef>> cut(
      TopicPartition target, ChunkLabel label, byte[] payload) {
    List<CompletableFuture<ChunkRef>> acknowledged = new ArrayList<>();
    for (int from = 0; from < payload.length; from += size) {
      byte[] bytes = Arrays.copyOfRange(payload, from, Math.min(from + size, payload.length));
      long crc32c = ChunkLabel.crc32c(bytes);
      acknowledged.add(
          send(label.record(target, acknowledged.size(), bytes))
              .thenApply(offset -> new ChunkRef(offset, bytes.length, crc32c)));
    }
    return acknowledged;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback completes the returned one
  private CompletableFuture<Long> send(ProducerRecord<String, byte[]> record) {
    CompletableFuture<Long> acknowledged = new CompletableFuture<>();
    Callback callback =
        (metadata, failure) -> {
          if (failure == null) {
            acknowledged.complete(metadata.offset());
          } else {
            acknowledged.completeExceptionally(failure);
          }
        };
    producer.send(record, callback);
    return acknowledged;
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> stages) {
    return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
        .thenApply(done -> stages.stream().map(CompletableFuture::join).toList());
  }
}
