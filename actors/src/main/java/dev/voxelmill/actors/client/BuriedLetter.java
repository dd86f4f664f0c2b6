package dev.voxelmill.actors.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.topic.DeadLetter;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * One record on {@code dead-letters}.
 *
 * @param source where the original was: {@code topic/partition/offset}
 * @param code stable code of the reason, such as {@code schema}
 * @param reason what to mend
 * @param original the bytes as they came
 */
@SuppressWarnings("ArrayRecordComponent") // handed through as it is, never compared
public record BuriedLetter(String source, String code, String reason, Instant at, byte[] original) {
  static BuriedLetter of(ConsumerRecord<byte[], byte[]> record) {
    return new BuriedLetter(
        header(record, DeadLetter.SOURCE),
        header(record, DeadLetter.CODE),
        header(record, DeadLetter.REASON),
        Instant.ofEpochMilli(record.timestamp()),
        record.value() == null ? new byte[0] : record.value());
  }

  /** The full name of the topic that the original was on. */
  public String topic() {
    return source.substring(0, Math.max(0, source.indexOf('/')));
  }

  /** Whether it holds the bytes that were sent; an owner has only the validated form. */
  public boolean isWhole() {
    return !code.equals(DeadLetter.QUOTA) && !code.equals(DeadLetter.EXPIRED);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
