package dev.voxelmill.actors.client;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The events of one job, from a place in its history onwards. */
public final class EventStream implements AutoCloseable {
  private static final JsonCodec<EventRecord> CODEC = JsonCodec.of(EventRecord.class);

  private final TopicReader reader;
  private final byte[] key;
  private final List<EventRecord> past = new ArrayList<>();

  private EventStream(TopicReader reader, JobId job) {
    this.reader = reader;
    this.key = job.key().getBytes(StandardCharsets.UTF_8);
  }

  /** Everything that the broker still holds about the job, and then what comes. */
  static EventStream fromBeginning(Installation installation, JobId job) {
    EventStream stream = new EventStream(TopicReader.open(installation, Topic.EVENTS), job);
    stream.reader.scan(List.of(installation.home(job)), record -> stream.keep(record, stream.past));
    return stream;
  }

  /** Only what comes after this call. */
  static EventStream fromNow(Installation installation, JobId job) {
    EventStream stream = new EventStream(TopicReader.open(installation, Topic.EVENTS), job);
    stream.reader.followFromEnd(List.of(installation.home(job)));
    return stream;
  }

  /** The next events; none when nothing came for a moment. */
  public List<EventRecord> next() {
    if (!past.isEmpty()) {
      List<EventRecord> events = List.copyOf(past);
      past.clear();
      return events;
    }
    List<EventRecord> events = new ArrayList<>();
    reader.poll().forEach(record -> keep(record, events));
    return events;
  }

  private void keep(ConsumerRecord<byte[], byte[]> record, List<EventRecord> events) {
    if (Arrays.equals(key, record.key())) {
      events.add(CODEC.decode(record.value()));
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
