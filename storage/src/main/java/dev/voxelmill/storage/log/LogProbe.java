package dev.voxelmill.storage.log;

import dev.voxelmill.protocols.topic.Topic;
import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Asks whether the log of every home partition can be reached from here. */
public final class LogProbe implements AutoCloseable {
  private final Admin admin;
  private final Map<TopicPartition, OffsetSpec> ends;

  /**
   * A probe that connects on first use.
   *
   * @param patience how long it waits for the brokers
   */
  public LogProbe(Installation installation, Duration patience) {
    admin =
        Admin.create(
            ClientSettings.of(installation.bootstrap())
                .with("default.api.timeout.ms", patience)
                .with("request.timeout.ms", patience)
                .asMap());
    ends =
        IntStream.range(0, installation.partitions())
            .mapToObj(partition -> installation.partition(Topic.JOBS, partition))
            .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
  }

  /**
   * Asks the leaders of all partitions where their logs end. The stage completes when every one of
   * them has answered and fails when one has not in time; it completes on the client's thread.
   */
  public CompletionStage<?> ask() {
    return admin.listOffsets(ends).all().toCompletionStage();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
