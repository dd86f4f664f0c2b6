package dev.voxelmill.actors.client;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.request.CommandCodec;
import dev.voxelmill.protocols.topic.AssetRecord;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One-shot reads and writes of an installation; every method opens and closes its own client. */
public final class InstallationClient {
  private static final Duration SEND_LIMIT = Duration.ofSeconds(10);

  /** Placement writes one snapshot per second, so this many hold the newest one. */
  private static final int FLEET_TAIL = 8;

  private static final JsonCodec<FleetRecord> FLEET = JsonCodec.of(FleetRecord.class);

  private final Installation installation;

  public InstallationClient(Installation installation) {
    this.installation = installation;
  }

  public Installation installation() {
    return installation;
  }

  /**
   * Writes a request as it is; whether it is accepted is told by the job's events.
   *
   * @return its source position, {@code topic/partition/offset}, which a rejection repeats
   */
  public String submit(byte[] request) throws IOException, InterruptedException {
    return send(Topic.REQUESTS, request);
  }

  /**
   * Sends a command; what becomes of it is told by an event of its job.
   *
   * @return its source position
   */
  public String order(JobCommand command) throws IOException, InterruptedException {
    return send(Topic.COMMANDS, CommandCodec.write(command));
  }

  /**
   * Writes bytes to a topic that clients write to.
   *
   * @return their source position, {@code topic/partition/offset}
   */
  public String send(Topic topic, byte[] value) throws IOException, InterruptedException {
    Map<String, Object> settings =
        ClientSettings.of(installation.bootstrap())
            .with(ProducerConfig.ACKS_CONFIG, "all")
            .with(ProducerConfig.LINGER_MS_CONFIG, Duration.ZERO)
            .with(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicLimits.LARGEST_REQUEST)
            .with(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_LIMIT)
            .with(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_LIMIT)
            .with(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_LIMIT)
            .asMap();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      RecordMetadata written =
          producer.send(new ProducerRecord<>(installation.topic(topic), null, value)).get();
      return written.topic() + "/" + written.partition() + "/" + written.offset();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException timeout) {
        throw TopicReader.unreachable(installation, timeout);
      }
      throw new IOException(
          installation.topic(topic) + ": refused by the broker: " + e.getCause().getMessage(), e);
    }
  }

  /** The state of one job, if there is such a job. */
  public Optional<JobState> job(JobId job) {
    return Optional.ofNullable(states(List.of(installation.home(job))).get(job));
  }

  /** Every job, in the order of their identities. */
  public List<JobState> jobs() {
    try (TopicReader reader = TopicReader.open(installation, Topic.JOBS)) {
      return List.copyOf(states(reader.all()).values());
    }
  }

  /** What was written about a job that succeeded. */
  public Optional<AssetRecord> asset(JobId job) {
    List<AssetRecord> found = new ArrayList<>();
    JsonCodec<AssetRecord> codec = JsonCodec.of(AssetRecord.class);
    try (TopicReader reader = TopicReader.open(installation, Topic.ASSETS)) {
      reader.scan(
          List.of(installation.home(job)),
          record -> {
            if (key(record).equals(job.key())) {
              found.add(codec.decode(record.value()));
            }
          });
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
  }

  /** What could not be accepted, oldest first. */
  public List<BuriedLetter> deadLetters() {
    List<BuriedLetter> letters = new ArrayList<>();
    try (TopicReader reader = TopicReader.open(installation, Topic.DEAD_LETTERS)) {
      reader.scan(reader.all(), record -> letters.add(BuriedLetter.of(record)));
    }
    return letters;
  }

  /** What a client once sent, if it is still there. */
  public Optional<byte[]> sent(Topic topic, String source) {
    String[] place = source.split("/", -1);
    try (TopicReader reader = TopicReader.open(installation, topic)) {
      return reader
          .at(Integer.parseInt(place[1]), Long.parseLong(place[2]))
          .map(ConsumerRecord::value);
    }
  }

  /** The newest snapshot of the fleet. */
  public Optional<FleetRecord> fleet() {
    List<FleetRecord> found = new ArrayList<>();
    try (TopicReader reader = TopicReader.open(installation, Topic.FLEET)) {
      reader.scanTail(0, FLEET_TAIL, record -> found.add(FLEET.decode(record.value())));
    }
    // A placement that was paused may still write after another one took over.
    return found.stream()
        .max(Comparator.comparingLong(FleetRecord::epoch).thenComparing(FleetRecord::at));
  }

  /** The first snapshot, of those to come, that is as wanted; none if none is within the limit. */
  public Optional<FleetRecord> awaitFleet(Predicate<FleetRecord> wanted, Duration limit) {
    long startNanos = System.nanoTime();
    try (TopicReader reader = TopicReader.open(installation, Topic.FLEET)) {
      reader.followFromEnd(List.of(0));
      while (System.nanoTime() - startNanos < limit.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.poll()) {
          FleetRecord fleet = FLEET.decode(record.value());
          if (wanted.test(fleet)) {
            return Optional.of(fleet);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** A job's whole history, and then what comes. */
  public EventStream history(JobId job) {
    return EventStream.fromBeginning(installation, job);
  }

  /** What happens to a job after this call. */
  public EventStream news(JobId job) {
    return EventStream.fromNow(installation, job);
  }

  /** The states of a job that become durable after this call. */
  public StateStream states(JobId job) {
    return StateStream.fromNow(installation, job);
  }

  private Map<JobId, JobState> states(Collection<Integer> partitions) {
    Map<JobId, JobState> states = new TreeMap<>();
    JsonCodec<JobState> codec = JsonCodec.of(JobState.class);
    try (TopicReader reader = TopicReader.open(installation, Topic.JOBS)) {
      reader.scan(
          partitions,
          record -> {
            JobId job = JobId.parse(key(record));
            if (record.value() == null) {
              states.remove(job);
            } else {
              states.put(job, codec.decode(record.value()));
            }
          });
    }
    return states;
  }

  private static String key(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
