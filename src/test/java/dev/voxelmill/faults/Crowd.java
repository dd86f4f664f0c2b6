package dev.voxelmill.faults;

import dev.voxelmill.protocols.job.JobCommand;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.request.CommandCodec;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Thousands of small jobs: sent through one producer, and counted as the topics tell of them. */
final class Crowd implements AutoCloseable {
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final JsonCodec<JobState> STATES = JsonCodec.of(JobState.class);

  private final Installation installation;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TopicLog events;
  private final TopicLog jobs;
  private final TopicLog assets;
  private final Set<JobId> accepted = new HashSet<>();
  private final Set<JobId> ended = new HashSet<>();
  private final Map<JobId, Long> grantedMillis = new HashMap<>();
  private final Map<String, Double> deviceSeconds = new TreeMap<>();
  private int read;
  private int statesRead;

  Crowd(Installation installation) {
    this.installation = installation;
    this.events = new TopicLog(installation, Topic.EVENTS);
    this.jobs = new TopicLog(installation, Topic.JOBS);
    this.assets = new TopicLog(installation, Topic.ASSETS);
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", installation.bootstrap(), "linger.ms", "20"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends a request, soon. */
  void submit(byte[] request) {
    send(Topic.REQUESTS, request);
  }

  /** Sends the order that a job be cancelled, soon. */
  void cancel(JobId job) {
    send(
        Topic.COMMANDS,
        CommandCodec.write(new JobCommand("cancel-" + job.id(), job, new JobCommand.Cancel())));
  }

  /** What cannot be sent is missed by whoever waits for the job. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void send(Topic topic, byte[] value) {
    producer.send(new ProducerRecord<>(installation.topic(topic), null, value));
  }

  /** Waits until so many jobs are accepted in all. */
  void awaitAccepted(int jobs) {
    producer.flush();
    Eventually.holds(jobs + " jobs are accepted", () -> now(accepted) >= jobs);
  }

  /** Waits until so many jobs have ended in all, however. */
  void awaitEnded(int jobs) {
    producer.flush();
    Eventually.holds(jobs + " jobs have ended", () -> now(ended) >= jobs);
  }

  /** The jobs that have ended. */
  Set<JobId> ended() {
    now(ended);
    return Set.copyOf(ended);
  }

  private int now(Set<JobId> those) {
    var records = events.records();
    for (var record : records.subList(read, records.size())) {
      EventRecord event = EVENTS.decode(record.value());
      if (event.event() instanceof EventRecord.Accepted) {
        accepted.add(event.job());
      } else if (JobFacts.isEnd(event.event())) {
        ended.add(event.job());
      }
    }
    read = records.size();
    return those.size();
  }

  /** Assets delivered so far. */
  int delivered() {
    return assets.records().size();
  }

  /**
   * How long the ended jobs of each tenant have held devices, from their grants to their ends as
   * their owners recorded them.
   */
  Map<String, Double> deviceSeconds() {
    var records = jobs.records();
    for (var record : records.subList(statesRead, records.size())) {
      if (record.value() != null) {
        count(STATES.decode(record.value()), record.timestamp());
      }
    }
    statesRead = records.size();
    return Map.copyOf(deviceSeconds);
  }

  private void count(JobState state, long atMillis) {
    if (!state.liveAttempts().isEmpty()) {
      grantedMillis.putIfAbsent(state.job(), atMillis);
    } else if (state instanceof JobState.Finished && grantedMillis.containsKey(state.job())) {
      double seconds = (atMillis - grantedMillis.remove(state.job())) / 1e3;
      deviceSeconds.merge(state.job().tenant(), seconds, Double::sum);
    }
  }

  @Override
  public void close() {
    producer.close();
    events.close();
    jobs.close();
    assets.close();
  }
}
