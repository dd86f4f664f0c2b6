package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicLimits;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How fast an installation accepts requests, seen from outside: from the call that sends a request
 * to the {@code accepted} event, read as committed. Every request carries a picture of its own size
 * and one of a hundred tenants; nothing needs to run them.
 */
public final class AcceptBench implements AutoCloseable {
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int TENANTS = 100;
  private static final int WARM_UP = 200;

  /** Requests on their way at most: enough to keep the intake busy, too few to pile up. */
  private static final int IN_FLIGHT = 2_000;

  private final Installation installation;
  private final List<String> pictures;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> events;
  private int sent;
  private int accepted;

  /**
   * A bench of a running installation.
   *
   * @param pictureBytes size of each picture, about
   */
  public AcceptBench(Installation installation, int pictureBytes) {
    this.installation = installation;
    pictures = NoisePictures.base64(pictureBytes);
    producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap())
                .with("acks", "all")
                .with("linger.ms", "0")
                .with("max.request.size", TopicLimits.LARGEST_REQUEST)
                .asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    events = EventTail.open(installation);
  }

  /** Times from sending to acceptance in milliseconds. */
  public record Latency(double p50Ms, double p99Ms) {}

  /** Sends requests one after the other, each when the one before it is accepted. */
  public Latency latency(int requests) {
    for (int warming = 0; warming < WARM_UP; warming++) {
      sendAndAwait();
    }
    double[] ms = new double[requests];
    for (int request = 0; request < requests; request++) {
      long begun = System.nanoTime();
      sendAndAwait();
      ms[request] = (System.nanoTime() - begun) / 1e6;
    }
    Arrays.sort(ms);
    return new Latency(ms[requests / 2], ms[Math.min(requests - 1, requests * 99 / 100)]);
  }

  /** Sends as fast as requests are accepted; returns the accepted ones per second. */
  public double rate(Duration window) {
    flood(Duration.ofSeconds(5)); // so that both sides are warm
    int before = accepted;
    long begun = System.nanoTime();
    flood(window);
    return (accepted - before) / ((System.nanoTime() - begun) / 1e9);
  }

  private void flood(Duration window) {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < window.toNanos()) {
      while (sent - accepted < IN_FLIGHT) {
        send();
      }
      count();
    }
  }

  private void sendAndAwait() {
    send();
    long begun = System.nanoTime();
    while (accepted < sent) {
      count();
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "request %d was not accepted within %s (see the logs)".formatted(sent, PATIENCE));
      }
    }
  }

  private void send() {
    SortedMap<String, String> parameters = new TreeMap<>(Map.of("synthetic.steps", "1"));
    Submission submission =
        new Submission(
            new JobId("bench-" + sent % TENANTS, "job-" + System.nanoTime() + "-" + sent),
            "synthetic",
            pictures.get(sent % pictures.size()),
            Submission.KnownCamera.UNKNOWN,
            OptionalLong.empty(),
            parameters,
            Submission.Wishes.NONE);
    // Whatever does not arrive is missed among the accepted ones.
    var unused =
        producer.send(
            new ProducerRecord<>(installation.topic(Topic.REQUESTS), null, submission.toJson()));
    sent++;
  }

  private void count() {
    for (ConsumerRecord<byte[], byte[]> record : events.poll(POLL)) {
      switch (EVENTS.decode(record.value()).event()) {
        case EventRecord.Accepted done -> accepted++;
        case EventRecord.Rejected rejected ->
            throw new IllegalStateException("a request was rejected: " + rejected);
        default -> {} // how an accepted job goes on
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    events.close();
  }
}
