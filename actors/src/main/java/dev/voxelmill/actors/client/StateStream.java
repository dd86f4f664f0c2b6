package dev.voxelmill.actors.client;

import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.lifecycle.JobState;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.Installation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The states of one job, each as soon as it is durable. */
public final class StateStream implements AutoCloseable {
  private static final JsonCodec<JobState> CODEC = JsonCodec.of(JobState.class);

  private final TopicReader reader;
  private final byte[] key;
  private final Deque<JobState> read = new ArrayDeque<>();

  private StateStream(TopicReader reader, JobId job) {
    this.reader = reader;
    this.key = job.key().getBytes(StandardCharsets.UTF_8);
  }

  static StateStream fromNow(Installation installation, JobId job) {
    StateStream stream = new StateStream(TopicReader.open(installation, Topic.JOBS), job);
    stream.reader.followFromEnd(List.of(installation.home(job)));
    return stream;
  }

  /**
   * The first state, of those not yet seen, that is as wanted; none if none is within the limit.
   */
  public Optional<JobState> await(Predicate<JobState> wanted, Duration limit) {
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < limit.toNanos()) {
      while (!read.isEmpty()) {
        JobState state = read.removeFirst();
        if (wanted.test(state)) {
          return Optional.of(state);
        }
      }
      reader.poll().forEach(this::keep);
    }
    return Optional.empty();
  }

  private void keep(ConsumerRecord<byte[], byte[]> record) {
    if (Arrays.equals(key, record.key()) && record.value() != null) {
      read.addLast(CODEC.decode(record.value()));
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
