package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.local.RunningInstallations;
import dev.voxelmill.protocols.launch.ClusterConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which installation a command talks to. */
final class Connection {
  private static final String DEFAULT = "127.0.0.1:29092";

  @Option(
      names = "--bootstrap",
      paramLabel = "H:P",
      defaultValue = "${env:VOXELMILL_BOOTSTRAP}",
      description =
          "Kafka address (default: $VOXELMILL_BOOTSTRAP, else the newest running ./voxelmill up, else"
              + " cluster.brokers in conf/cluster.conf, else "
              + DEFAULT
              + ").")
  String bootstrap;

  InstallationClient client() {
    String address =
        Optional.ofNullable(bootstrap)
            .or(() -> RunningInstallations.ofThisUser().newest())
            .or(Connection::configured)
            .orElse(DEFAULT);
    return new InstallationClient(Installation.at(address, TopicsConfig.load()));
  }

  private static Optional<String> configured() {
    List<String> brokers = ClusterConfig.load().place().brokers();
    return brokers.isEmpty() ? Optional.empty() : Optional.of(String.join(",", brokers));
  }
}
