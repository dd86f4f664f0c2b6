package dev.voxelmill.actors.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.actors.client.TopicReader;
import dev.voxelmill.actors.client.UnreachableException;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.checkpoint.CheckpointKey;
import dev.voxelmill.storage.topics.Installation;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads every topic of an installation as anybody can, committed records only, and has what it
 * reads checked. Each call reads on from where the last one ended. Used by one thread.
 */
public final class HistoryReader implements AutoCloseable {
  private static final List<Topic> EXPIRING =
      List.of(Topic.REQUESTS, Topic.COMMANDS, Topic.INTAKE, Topic.EVENTS);

  private static final JsonCodec<IntakeRecord> INTAKE = JsonCodec.of(IntakeRecord.class);
  private static final JsonCodec<JobState> JOBS = JsonCodec.of(JobState.class);
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final JsonCodec<AssetRecord> ASSETS = JsonCodec.of(AssetRecord.class);

  private final Installation installation;
  private final Map<Topic, TopicReader> topics = new EnumMap<>(Topic.class);
  private final StoredFiles files;
  private final HistoryCheck check;
  private final Consumer<Observation> witness;

  /** Assets whose bytes have not been looked at yet. */
  private final Queue<AssetRecord> assets = new ArrayDeque<>();

  private HistoryReader(Installation installation, Consumer<Observation> witness) {
    this.installation = installation;
    this.witness = witness;
    try {
      for (Topic topic : Topic.values()) {
        if (topic != Topic.FLEET) {
          TopicReader reader = TopicReader.open(installation, topic);
          topics.put(topic, reader);
          reader.followFromBeginning(reader.all());
        }
      }
      check = new HistoryCheck(EXPIRING.stream().allMatch(topic -> topics.get(topic).isWhole()));
      files = new StoredFiles(installation);
    } catch (UnreachableException e) {
      topics.values().forEach(TopicReader::close);
      throw e;
    }
  }

  /** A reader that has read nothing yet. */
  public static HistoryReader open(Installation installation) {
    return open(installation, seen -> {});
  }

  /** The same, and somebody else sees every observation too. */
  public static HistoryReader open(Installation installation, Consumer<Observation> witness) {
    return new HistoryReader(installation, witness);
  }

  /**
   * Reads what is there now and says what follows from everything so far.
   *
   * @throws UnreachableException if the brokers fall silent; the next call goes on
   */
  public HistoryReport read() throws InterruptedException {
    sent(Topic.REQUESTS);
    sent(Topic.COMMANDS);
    each(Topic.INTAKE, record -> see(new Observation.Forwarded(INTAKE.decode(record.value()))));
    each(Topic.DEAD_LETTERS, record -> see(new Observation.Buried(source(record))));
    each(Topic.JOBS, record -> see(new Observation.Stored(JOBS.decode(record.value()))));
    each(Topic.EVENTS, record -> see(new Observation.Published(EVENTS.decode(record.value()))));
    readOn(Topic.CHECKPOINTS, record -> see(chunk(record)));
    each(Topic.ASSETS, record -> assets.add(ASSETS.decode(record.value())));
    // The bytes of an asset are durable before its record is: they are there by now.
    readOn(Topic.BLOBS, files::onChunk);
    while (!assets.isEmpty()) {
      see(new Observation.Delivered(assets.element(), files.of(assets.element())));
      assets.remove();
    }
    return check.report();
  }

  private void sent(Topic topic) {
    readOn(
        topic,
        record ->
            see(
                new Observation.Sent(
                    record.topic() + "/" + record.partition() + "/" + record.offset())));
  }

  /** Deleted keys are no news: a forgotten job, a swept blob. */
  private void each(Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    readOn(
        topic,
        record -> {
          if (record.value() != null) {
            visitor.accept(record);
          }
        });
  }

  private void readOn(Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    topics
        .get(topic)
        .readOn(
            record -> {
              try {
                visitor.accept(record);
              } catch (UncheckedIOException e) {
                // What the disk has changed under a good checksum shows when it is decoded.
                see(unreadable(topic, record.partition(), record.offset(), record.offset()));
              }
            })
        .forEach(range -> see(unreadable(topic, range.partition(), range.first(), range.last())));
  }

  private Observation unreadable(Topic topic, int partition, long first, long last) {
    return new Observation.Unreadable(
        topic,
        "%s, offsets %d to %d".formatted(installation.partition(topic, partition), first, last));
  }

  private void see(Observation seen) {
    check.observe(seen);
    witness.accept(seen);
  }

  private static Observation chunk(ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), UTF_8);
    JobId job = CheckpointKey.parse(key.substring(0, key.lastIndexOf('/'))).job();
    return new Observation.Chunk(
        job, key.substring(job.key().length() + 1), record.value() != null);
  }

  private static String source(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader(DeadLetter.SOURCE).value(), UTF_8);
  }

  @Override
  public void close() {
    topics.values().forEach(TopicReader::close);
    files.close();
  }
}
