package dev.voxelmill.storage.log;

import static java.util.Objects.requireNonNull;

import dev.voxelmill.storage.topics.ClientSettings;
import dev.voxelmill.storage.topics.Installation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The logs of an installation's home partitions, for a node that owns some of them. Safe for use by
 * many threads.
 */
public final class PartitionLogs {
  private final Installation installation;
  private final LogConfig config;

  /**
   * Asked for once: a partition that moves is away for as long as it takes to open its log. Brokers
   * that come back without their records have another id; a node that outlives those must be
   * started again.
   */
  private final AtomicReference<Optional<String>> clusterId =
      new AtomicReference<>(Optional.empty());

  /** Asks nobody for anything until the first log is opened. */
  public PartitionLogs(Installation installation, LogConfig config) {
    this.installation = requireNonNull(installation, "installation");
    this.config = requireNonNull(config, "config");
  }

  /**
   * Takes a partition over: fences every earlier owner, then replays what it left. The stage never
   * fails; a log that was opened must be closed.
   *
   * @throws IllegalArgumentException if there is no such partition
   */
  public CompletionStage<OpenOutcome> open(int partition) {
    if (partition < 0 || partition >= installation.partitions()) {
      throw new IllegalArgumentException(
          "partition: " + partition + " (expected: 0 to " + (installation.partitions() - 1) + ")");
    }
    return PartitionLog.open(installation, partition, config, () -> transactionalId(partition));
  }

  /** The name under which the owners of a partition fence each other. */
  private String transactionalId(int partition) {
    String cluster = clusterId.get().orElseGet(this::askClusterId);
    clusterId.set(Optional.of(cluster));
    return installation.prefix() + "-" + cluster + "-owner-" + partition;
  }

  private String askClusterId() {
    Map<String, Object> client =
        ClientSettings.of(installation.bootstrap())
            .with("default.api.timeout.ms", config.patience())
            .with("request.timeout.ms", config.patience())
            .asMap();
    try (Admin admin = Admin.create(client)) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaException("no answer from " + installation.bootstrap(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking " + installation.bootstrap(), e);
    }
  }
}
