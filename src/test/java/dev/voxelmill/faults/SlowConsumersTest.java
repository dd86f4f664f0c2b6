package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.e2e.Launcher;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Consumers that stand still while there is work. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class SlowConsumersTest {
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final List<String> IDS = List.of("f24-a", "f24-b", "f24-c");

  /** Steps are so short that telling of each would be a thousand events a second. */
  private static final int STEPS = 10_000;

  private static final int STEP_MILLIS = 1;

  /** What owners tell of one task at most; {@code owner.progress} is 250 ms. */
  private static final double PROGRESS_PER_SECOND = 4;

  @Test
  @Fault(
      id = "F24",
      what =
          "a consumer of events and assets that reads one record and stands still, and a stopped"
              + " ./voxelmill watch, while three jobs of 10,000 steps run",
      also =
          "all jobs end; at most four events of progress a second and task; the consumer then reads"
              + " every transition, the watch ends with exit code 0")
  void whoeverReadsSlowlyHoldsNobodyUpAndMissesNothing(
      FaultCluster cluster, Outcome outcome, @TempDir Path directory) throws Exception {
    try (KafkaConsumer<byte[], byte[]> slow = consumer(cluster)) {
      slow.subscribe(
          List.of(
              cluster.layout().installation().topic(Topic.EVENTS),
              cluster.layout().installation().topic(Topic.ASSETS)));
      IDS.forEach(id -> cluster.submit(Jobs.synthetic(id, STEPS, STEP_MILLIS)));
      List<EventRecord> heard = new ArrayList<>();
      Eventually.holds("one record is read", () -> readOn(slow, heard));
      cluster.jobs().awaitStep(IDS.getFirst(), "synthetic", 1);
      Process watch =
          Launcher.start(
              directory,
              List.of("watch", IDS.getFirst(), "--bootstrap", cluster.layout().broker()));
      Eventually.holds("the watch tells something", () -> !Launcher.printed(directory).isEmpty());
      Signals.stop(watch);

      cluster.jobs().awaitSuccess(IDS.toArray(String[]::new));
      outcome.fired("three jobs ended while the consumer stood at its first record");
      IDS.forEach(id -> assertConflated(cluster, id));

      Signals.goOn(watch);
      assertTrue(
          watch.waitFor(Eventually.LIMIT.toMinutes(), TimeUnit.MINUTES),
          () -> Launcher.printed(directory));
      assertEquals(0, watch.exitValue(), () -> Launcher.printed(directory));
      for (String id : IDS) {
        long last = transitions(cluster.jobs().events(id)).getLast();
        Eventually.holds(
            id + " is read to its end",
            () -> {
              while (readOn(slow, heard)) {
                // The topic holds what every job before these has told, too.
              }
              return transitions(of(id, heard))
                  .equals(LongStream.rangeClosed(1, last).boxed().toList());
            });
      }
      outcome.fired("the consumer then read every transition of each, the watch its end");
    }
  }

  /**
   * Reads a record, as a consumer does that takes its time over each, and keeps what events say.
   *
   * @return whether there was one
   */
  private static boolean readOn(KafkaConsumer<byte[], byte[]> consumer, List<EventRecord> heard) {
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(200));
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.topic().endsWith("events")) {
        heard.add(EVENTS.decode(record.value()));
      }
    }
    return !polled.isEmpty();
  }

  private static void assertConflated(FaultCluster cluster, String id) {
    List<EventRecord> events = cluster.jobs().events(id);
    double seconds =
        Duration.between(events.getFirst().time(), events.getLast().time()).toMillis() / 1e3;
    long progress = events.stream().filter(e -> e.event() instanceof EventRecord.Progress).count();
    long attempts = cluster.jobs().newestAttempt(id, "synthetic");
    assertTrue(
        progress <= PROGRESS_PER_SECOND * seconds + 2 * attempts,
        () -> "%s: %d events of progress in %.1f s".formatted(id, progress, seconds));
  }

  private static List<EventRecord> of(String id, List<EventRecord> events) {
    JobId job = new JobId(JobId.DEFAULT_TENANT, id);
    return events.stream().filter(event -> event.job().equals(job)).toList();
  }

  private static List<Long> transitions(List<EventRecord> events) {
    return events.stream()
        .filter(event -> !(event.event() instanceof EventRecord.Progress))
        .map(EventRecord::seq)
        .toList();
  }

  private static KafkaConsumer<byte[], byte[]> consumer(FaultCluster cluster) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            cluster.layout().broker(),
            "group.id",
            "f24",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed",
            "max.poll.records",
            1,
            // It stands still for longer than most would let it.
            "max.poll.interval.ms",
            (int) Duration.ofHours(1).toMillis()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
