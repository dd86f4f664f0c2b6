package dev.voxelmill.actors.bench;

import dev.voxelmill.actors.client.Submission;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.topic.EventRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A few requests a second to every partition, one partition after the other, and how long each
 * waits for its {@code accepted} event, read as committed. The jobs need more memory than any
 * device has, so that nothing runs them. Works on a thread of its own until it is closed.
 */
final class Trickle implements AutoCloseable {
  private static final JsonCodec<EventRecord> EVENTS = JsonCodec.of(EventRecord.class);
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** A request costs all processes together some 10 ms of processor time. */
  private static final int MOST_PER_SECOND = 60;

  /** An outage that is longer than the time between two of them cannot be missed. */
  private static final int MOST_PER_PARTITION = 5;

  private static final Duration POLL = Duration.ofMillis(5);
  private static final int PICTURE_BYTES = 500;

  /** So that none of them reaches its quota. */
  private static final int TENANTS = 10;

  private final Installation installation;
  private final String picture = NoisePictures.base64(PICTURE_BYTES).getFirst();
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> events;
  private final Thread thread = new Thread(this::run, "trickle");
  private final Object lock = new Object();

  // Guarded by lock.
  private final Map<JobId, Long> waiting = new HashMap<>();
  private final List<Outage.Answer> answers = new ArrayList<>();
  private boolean closing;

  /** An id that was sent before would be known and not accepted again. */
  private final long begun = System.currentTimeMillis();

  private long number;

  private Trickle(Installation installation) {
    this.installation = installation;
    producer =
        new KafkaProducer<>(
            ClientSettings.of(installation.bootstrap()).with("linger.ms", "0").asMap(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    events = EventTail.open(installation);
  }

  /** Starts to send. */
  static Trickle start(Installation installation) {
    Trickle trickle = new Trickle(installation);
    trickle.thread.start();
    return trickle;
  }

  /** What was accepted so far. */
  List<Outage.Answer> answers() {
    synchronized (lock) {
      return List.copyOf(answers);
    }
  }

  /** How long the oldest request waits that is not accepted yet; 0 when there is none. */
  long oldestWaitNanos() {
    synchronized (lock) {
      long now = System.nanoTime();
      return waiting.values().stream().mapToLong(sent -> now - sent).max().orElse(0);
    }
  }

  private void run() {
    long next = System.nanoTime();
    while (!isClosing()) {
      if (System.nanoTime() - next >= 0) {
        send();
        next += SECOND_NANOS / perSecond(installation.partitions());
      }
      events.poll(POLL).forEach(this::read);
    }
  }

  private static long perSecond(int partitions) {
    return Math.min(MOST_PER_SECOND, (long) MOST_PER_PARTITION * partitions);
  }

  private void send() {
    int partition = (int) (number++ % installation.partitions());
    JobId job = jobAt(partition);
    Submission submission =
        new Submission(
            job,
            "synthetic",
            picture,
            Submission.KnownCamera.UNKNOWN,
            OptionalLong.empty(),
            new TreeMap<>(Map.of("synthetic.memoryBytes", Long.toString(1L << 40))),
            Submission.Wishes.NONE);
    synchronized (lock) {
      waiting.put(job, System.nanoTime());
    }
    // Whatever does not arrive waits for ever, and shows.
    var unused =
        producer.send(
            new ProducerRecord<>(
                installation.topic(Topic.REQUESTS), partition, null, submission.toJson()));
  }

  private JobId jobAt(int partition) {
    return IntStream.iterate(0, salt -> salt + 1)
        .mapToObj(
            salt ->
                new JobId(
                    "trickle-" + salt % TENANTS, "probe-" + begun + "-" + number + "-" + salt))
        .filter(job -> installation.home(job) == partition)
        .findFirst()
        .orElseThrow();
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    EventRecord event = EVENTS.decode(record.value());
    if (event.event() instanceof EventRecord.Accepted) {
      synchronized (lock) {
        Long sent = waiting.remove(event.job());
        if (sent != null) {
          answers.add(new Outage.Answer(record.partition(), sent, System.nanoTime()));
        }
      }
    }
  }

  private boolean isClosing() {
    synchronized (lock) {
      return closing;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    producer.close(Duration.ZERO);
    events.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
