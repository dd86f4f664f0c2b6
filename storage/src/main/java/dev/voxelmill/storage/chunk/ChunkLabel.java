package dev.voxelmill.storage.chunk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.storage.chunk.ChunkDamagedException.Reason;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * What the chunks of one payload are called and how each proves that it is one: chunk {@code i} has
 * the key {@code prefix/i} and carries the label's headers.
 *
 * @param prefix of every key; unique to the payload
 * @param headers written with every chunk and compared on reading
 */
public record ChunkLabel(String prefix, Map<String, String> headers) {
  public ChunkLabel {
    requireNonNull(prefix, "prefix");
    headers = Map.copyOf(headers);
  }

  ProducerRecord<String, byte[]> record(TopicPartition target, int chunk, byte[] value) {
    var record = new ProducerRecord<>(target.topic(), target.partition(), key(chunk), value);
    headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    return record;
  }

  ProducerRecord<String, byte[]> tombstone(TopicPartition target, int chunk) {
    return new ProducerRecord<>(target.topic(), target.partition(), key(chunk), null);
  }

  /** Throws unless the record is this label's chunk, byte for byte as the reference says. */
  void check(ConsumerRecord<String, byte[]> record, int chunk, ChunkRef expected) {
    if (!key(chunk).equals(record.key())) {
      throw damaged(Reason.FOREIGN, chunk, "key", record.key(), key(chunk));
    }
    headers.forEach(
        (name, text) -> {
          String found = text(record.headers().lastHeader(name));
          if (!text.equals(found)) {
            throw damaged(Reason.FOREIGN, chunk, name, found, text);
          }
        });
    int length = record.value() == null ? 0 : record.value().length;
    if (length != expected.length()) {
      throw damaged(Reason.LENGTH, chunk, "length", length, expected.length());
    }
    long crc32c = crc32c(record.value());
    if (crc32c != expected.crc32c()) {
      throw damaged(Reason.CHECKSUM, chunk, "crc32c", crc32c, expected.crc32c());
    }
  }

  /** Which of the chunks a record is a whole copy of, if of any. */
  OptionalInt chunkOf(ConsumerRecord<String, byte[]> record, List<ChunkRef> chunks) {
    return IntStream.range(0, chunks.size())
        .filter(chunk -> key(chunk).equals(record.key()))
        .filter(chunk -> record.value() != null)
        .filter(chunk -> record.value().length == chunks.get(chunk).length())
        .filter(chunk -> crc32c(record.value()) == chunks.get(chunk).crc32c())
        .findFirst();
  }

  ChunkDamagedException damaged(
      Reason reason, int chunk, String what, Object found, Object expected) {
    return new ChunkDamagedException(
        reason, chunk, key(chunk) + ": " + what + ": " + found + " (expected: " + expected + ")");
  }

  static long crc32c(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    return crc.getValue();
  }

  private String key(int chunk) {
    return prefix + "/" + chunk;
  }

  private static String text(Header header) {
    return header == null ? "absent" : new String(header.value(), UTF_8);
  }
}
