package dev.voxelmill.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.ChunkRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what an installation has written, with a Kafka consumer and nothing else. */
final class HistoryReader implements AutoCloseable {
  private final Installation installation;
  private final Map<Topic, TopicLog> logs = new EnumMap<>(Topic.class);

  HistoryReader(Installation installation) {
    this.installation = installation;
  }

  /** Everything there is now. */
  History read() {
    List<AssetRecord> assets = decoded(Topic.ASSETS, AssetRecord.class);
    return new History(
        log(Topic.REQUESTS).records().stream().map(HistoryReader::position).toList(),
        decoded(Topic.INTAKE, IntakeRecord.class),
        log(Topic.DEAD_LETTERS).records().stream().map(HistoryReader::source).toList(),
        decoded(Topic.JOBS, JobState.class),
        decoded(Topic.EVENTS, EventRecord.class),
        assets,
        stored(assets));
  }

  /** Events published so far, in the order of their partitions. */
  List<EventRecord> events() {
    return decode(log(Topic.EVENTS).records(), EventRecord.class);
  }

  /** Stored states so far, in the order of their partitions. */
  List<JobState> states() {
    return decode(log(Topic.JOBS).records(), JobState.class);
  }

  /** Source positions of the dead letters so far. */
  List<String> buried() {
    return log(Topic.DEAD_LETTERS).records().stream().map(HistoryReader::source).toList();
  }

  /** How many chunks of checkpoints were written so far. */
  long checkpointChunks() {
    return log(Topic.CHECKPOINTS).records().size();
  }

  /** The newest snapshot of placement. */
  Optional<FleetRecord> fleet() {
    return decode(log(Topic.FLEET).records(), FleetRecord.class).stream()
        .reduce((first, second) -> second.at().isAfter(first.at()) ? second : first);
  }

  private <T> List<T> decoded(Topic topic, Class<T> type) {
    return decode(log(topic).records(), type);
  }

  private static <T> List<T> decode(List<ConsumerRecord<byte[], byte[]>> records, Class<T> type) {
    JsonCodec<T> codec = JsonCodec.of(type);
    return records.stream()
        .map(ConsumerRecord::value)
        .filter(Objects::nonNull)
        .map(codec::decode)
        .toList();
  }

  private Map<String, History.Content> stored(List<AssetRecord> assets) {
    Map<String, byte[]> chunks = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> chunk : log(Topic.BLOBS).records()) {
      chunks.put(chunk.partition() + "/" + chunk.offset(), chunk.value());
    }
    Map<String, History.Content> stored = new HashMap<>();
    for (AssetRecord asset : assets) {
      for (FileRef file : asset.files()) {
        content(file.blob(), chunks).ifPresent(real -> stored.put(file.blob().sha256(), real));
      }
    }
    return stored;
  }

  private static Optional<History.Content> content(BlobRef blob, Map<String, byte[]> chunks) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ChunkRef chunk : blob.chunks()) {
      byte[] found = chunks.get(blob.partition() + "/" + chunk.offset());
      if (found == null) {
        return Optional.empty();
      }
      bytes.writeBytes(found);
    }
    return Optional.of(new History.Content(sha256(bytes.toByteArray()), bytes.size()));
  }

  private TopicLog log(Topic topic) {
    return logs.computeIfAbsent(topic, t -> new TopicLog(installation, t));
  }

  private static String position(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "/" + record.partition() + "/" + record.offset();
  }

  private static String source(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader(DeadLetter.SOURCE).value(), UTF_8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    logs.values().forEach(TopicLog::close);
    logs.clear();
  }
}
