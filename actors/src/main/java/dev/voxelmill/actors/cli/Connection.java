package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.local.RunningInstallations;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import picocli.CommandLine.Option;

/** Which installation a command talks to. */
final class Connection {
  private static final String DEFAULT = "127.0.0.1:29092";

  @Option(
      names = "--bootstrap",
      paramLabel = "H:P",
      description =
          "Kafka address (default: the newest running ./voxelmill up, else " + DEFAULT + ").")
  String bootstrap;

  InstallationClient client() {
    String address =
        bootstrap != null ? bootstrap : RunningInstallations.ofThisUser().newest().orElse(DEFAULT);
    return new InstallationClient(Installation.at(address, TopicsConfig.load()));
  }
}
