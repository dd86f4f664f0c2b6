package dev.voxelmill.storage.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import dev.voxelmill.protocols.geometry.ByteSize;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.CloudEvents;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** How each {@link LogEntry} is written in Kafka: topic, partition, key, headers and value. */
public final class LogRecords {
  private static final JsonCodec<JobState> STATES = JsonCodec.of(JobState.class);
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final JsonCodec<AssetRecord> ASSETS = JsonCodec.of(AssetRecord.class);

  /** More than what Kafka adds to a record that travels alone. */
  private static final long FRAMING_BYTES = 256;

  private final Map<String, ByteSize> limits;
  private final Installation installation;
  private final String source;
  private final ToIntFunction<JobId> partitions;
  private final Clock clock;

  private LogRecords(
      Installation installation, String source, ToIntFunction<JobId> partitions, Clock clock) {
    this.installation = installation;
    this.limits =
        Arrays.stream(Topic.values()).collect(toMap(installation::topic, TopicLimits::maxMessage));
    this.source = source;
    this.partitions = partitions;
    this.clock = clock;
  }

  /** The records of a partition's owner, all in its partition. */
  static LogRecords ofOwner(Installation installation, int partition, Clock clock) {
    return new LogRecords(installation, "/owner/" + partition, job -> partition, clock);
  }

  /**
   * The records of another writer, each in the home partition of its job.
   *
   * @param source names the writer in CloudEvents headers, such as {@code /intake}
   */
  public static LogRecords of(Installation installation, String source, Clock clock) {
    return new LogRecords(installation, source, installation::home, clock);
  }

  /** The record that says what the entry says. */
  public ProducerRecord<byte[], byte[]> encode(LogEntry entry) {
    return switch (entry) {
      case LogEntry.Remember remember ->
          atHome(Topic.JOBS, remember.state().job(), STATES.encode(remember.state()));
      case LogEntry.Forget forget -> atHome(Topic.JOBS, forget.job(), null);
      case LogEntry.Erase erase -> encode(erase);
      case LogEntry.Publish publish -> encode(publish.event());
      case LogEntry.PublishAsset publish -> encode(publish.asset());
      case LogEntry.Bury bury -> encode(bury);
    };
  }

  /** Names the first record that its topic would not take, and which would end the log. */
  Optional<String> firstTooLarge(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> size(record) > limits.get(record.topic()).bytes())
        .findFirst()
        .map(
            record ->
                "record for "
                    + record.topic()
                    + ": "
                    + new ByteSize(size(record))
                    + " (expected: at most "
                    + limits.get(record.topic())
                    + ")");
  }

  private static long size(ProducerRecord<byte[], byte[]> record) {
    long size = FRAMING_BYTES + record.key().length;
    size += record.value() == null ? 0 : record.value().length;
    for (Header header : record.headers()) {
      size += header.key().length() + header.value().length + 2L * Integer.BYTES;
    }
    return size;
  }

  static JobState decodeState(byte[] value) {
    return STATES.decode(value);
  }

  private ProducerRecord<byte[], byte[]> encode(EventRecord event) {
    var record = atHome(Topic.EVENTS, event.job(), EVENTS.encode(event));
    String type = type(event.event());
    return with(
        record,
        CloudEvents.headers(
            "job." + type, source, eventId(event, type), event.job().key(), event.time()));
  }

  private ProducerRecord<byte[], byte[]> encode(AssetRecord asset) {
    var record = atHome(Topic.ASSETS, asset.job(), ASSETS.encode(asset));
    String job = asset.job().key();
    return with(
        record, CloudEvents.headers("asset.published", source, job, job, asset.finishedAt()));
  }

  private ProducerRecord<byte[], byte[]> encode(LogEntry.Erase erase) {
    JobId job = CheckpointKey.ofChunk(erase.key()).job();
    return new ProducerRecord<>(
        installation.topic(Topic.CHECKPOINTS),
        partitions.applyAsInt(job),
        erase.key().getBytes(UTF_8),
        null);
  }

  private ProducerRecord<byte[], byte[]> encode(LogEntry.Bury bury) {
    var record =
        new ProducerRecord<>(
            installation.topic(Topic.DEAD_LETTERS), bury.source().getBytes(UTF_8), bury.original());
    Map<String, String> headers =
        CloudEvents.headers("dead-letter", source, bury.source(), bury.source(), clock.instant());
    headers.put("content-type", "application/octet-stream");
    headers.put(DeadLetter.SOURCE, bury.source());
    headers.put(DeadLetter.CODE, bury.code());
    headers.put(DeadLetter.REASON, bury.reason());
    return with(record, headers);
  }

  private ProducerRecord<byte[], byte[]> atHome(Topic topic, JobId job, byte[] value) {
    return new ProducerRecord<>(
        installation.topic(topic), partitions.applyAsInt(job), job.key().getBytes(UTF_8), value);
  }

  /** Transitions are numbered; what repeats a number is told apart by what it is about. */
  private static String eventId(EventRecord event, String type) {
    String id = event.job().key() + "/" + event.seq();
    return switch (event.event()) {
      case EventRecord.Progress p ->
          id + "/" + type + "/" + p.stage() + "/" + p.attempt() + "/" + p.step();
      case EventRecord.Preview p ->
          id + "/" + type + "/" + p.stage() + "/" + p.attempt() + "/" + p.step();
      case EventRecord.Rejected r -> id + "/" + type + "/" + r.source();
      case EventRecord.Answered a -> event.job().key() + "/" + type + "/" + a.commandId();
      case EventRecord.Accepted ignored -> id;
      case EventRecord.Started ignored -> id;
      case EventRecord.Checkpointed ignored -> id;
      case EventRecord.CheckpointRejected ignored -> id;
      case EventRecord.StageCompleted ignored -> id;
      case EventRecord.Succeeded ignored -> id;
      case EventRecord.Failed ignored -> id;
      case EventRecord.Cancelled ignored -> id;
      case EventRecord.Paused ignored -> id;
      case EventRecord.Resumed ignored -> id;
      case EventRecord.Reprioritised ignored -> id;
    };
  }

  private static String type(EventRecord.Event event) {
    return switch (event) {
      case EventRecord.Accepted ignored -> "accepted";
      case EventRecord.Started ignored -> "started";
      case EventRecord.Progress ignored -> "progress";
      case EventRecord.Preview ignored -> "preview";
      case EventRecord.Checkpointed ignored -> "checkpointed";
      case EventRecord.CheckpointRejected ignored -> "checkpoint_rejected";
      case EventRecord.StageCompleted ignored -> "stage-completed";
      case EventRecord.Succeeded ignored -> "succeeded";
      case EventRecord.Failed ignored -> "failed";
      case EventRecord.Cancelled ignored -> "cancelled";
      case EventRecord.Paused ignored -> "paused";
      case EventRecord.Resumed ignored -> "resumed";
      case EventRecord.Reprioritised ignored -> "reprioritised";
      case EventRecord.Answered ignored -> "answered";
      case EventRecord.Rejected ignored -> "rejected";
    };
  }

  private static ProducerRecord<byte[], byte[]> with(
      ProducerRecord<byte[], byte[]> record, Map<String, String> headers) {
    headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    return record;
  }
}
