package dev.voxelmill.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.voxelmill.actors.history.Finding;
import dev.voxelmill.actors.history.HistoryReader;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.DeadLetter;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.IntakeRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what an installation has written, with a Kafka consumer and nothing else. */
final class Observer implements AutoCloseable {
  private final Installation installation;
  private final Map<Topic, TopicLog> logs = new EnumMap<>(Topic.class);
  private Optional<HistoryReader> history = Optional.empty();

  Observer(Installation installation) {
    this.installation = installation;
  }

  /** Everything there is now. */
  History read() {
    return new History(
        log(Topic.REQUESTS).records().stream().map(Observer::position).toList(),
        decoded(Topic.INTAKE, IntakeRecord.class),
        log(Topic.DEAD_LETTERS).records().stream().map(Observer::source).toList(),
        decoded(Topic.EVENTS, EventRecord.class),
        decoded(Topic.ASSETS, AssetRecord.class));
  }

  /**
   * Every promise that was not kept to everyone who ever submitted here, once nothing is open any
   * more, or the limit is over.
   */
  List<Finding> findings() throws InterruptedException {
    if (history.isEmpty()) {
      history = Optional.of(HistoryReader.open(installation));
    }
    long startNanos = System.nanoTime();
    List<Finding> findings = history.get().read().findings();
    while (findings.stream().anyMatch(Finding::open)
        && System.nanoTime() - startNanos < Eventually.LIMIT.toNanos()) {
      Thread.sleep(200);
      findings = history.get().read().findings();
    }
    return findings;
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
    return log(Topic.DEAD_LETTERS).records().stream().map(Observer::source).toList();
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

  private TopicLog log(Topic topic) {
    return logs.computeIfAbsent(topic, t -> new TopicLog(installation, t));
  }

  private static String position(ConsumerRecord<byte[], byte[]> record) {
    return record.topic() + "/" + record.partition() + "/" + record.offset();
  }

  private static String source(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader(DeadLetter.SOURCE).value(), UTF_8);
  }

  @Override
  public void close() {
    logs.values().forEach(TopicLog::close);
    logs.clear();
    history.ifPresent(HistoryReader::close);
  }
}
