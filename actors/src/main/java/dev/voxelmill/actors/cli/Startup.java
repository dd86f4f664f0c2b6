package dev.voxelmill.actors.cli;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.local.InstallationException;
import dev.voxelmill.actors.local.InstallationPlan;
import dev.voxelmill.actors.local.LocalInstallation;
import dev.voxelmill.actors.local.Ports;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Starts an installation on this machine and waits until it accepts requests. */
final class Startup {
  private static final Duration BROKER_PATIENCE = Duration.ofSeconds(20);
  private static final Duration FLEET_PATIENCE = Duration.ofSeconds(60);

  private Startup() {}

  /** The launcher, which starts the children of this process too. */
  static Path launcher() {
    return Path.of(System.getProperty(ConfFile.HOME, "")).resolve("voxelmill").toAbsolutePath();
  }

  /** A plan in a directory of its own, which is deleted at the end, on ports that are free now. */
  static InstallationPlan temporary(int supervisors, int workers) throws IOException {
    return temporary(Files.createTempDirectory("voxelmill-"), supervisors, workers);
  }

  /** The same in a given directory, which is deleted at the end. */
  static InstallationPlan temporary(Path directory, int supervisors, int workers)
      throws IOException {
    int broker = Ports.free(1).getFirst();
    return new InstallationPlan(
        launcher(),
        directory,
        broker,
        Ports.free(supervisors, broker),
        workers,
        ConfFile.profile(),
        true);
  }

  /** Starts everything; when it returns, placement has seen every worker. */
  static LocalInstallation start(InstallationPlan plan)
      throws IOException, InterruptedException, InstallationException, CommandException {
    return start(plan, (part, pid, exitCode) -> {});
  }

  /** The same, and somebody hears of every process that ends. */
  static LocalInstallation start(InstallationPlan plan, LocalInstallation.OnExit onExit)
      throws IOException, InterruptedException, InstallationException, CommandException {
    TopicsConfig topics = TopicsConfig.load();
    LocalInstallation installation =
        LocalInstallation.start(
            plan, bootstrap -> new TopicSetup(bootstrap, topics, BROKER_PATIENCE).run(), onExit);
    InstallationClient client = new InstallationClient(Installation.at(plan.bootstrap(), topics));
    boolean complete =
        client
            .awaitFleet(fleet -> fleet.workers().size() >= plan.workers(), FLEET_PATIENCE)
            .isPresent();
    if (!complete) {
      installation.keepDirectory();
      installation.close();
      throw new CommandException(
          Exit.FAILED,
          "fleet: placement did not see "
              + plan.workers()
              + " workers within "
              + FLEET_PATIENCE.toSeconds()
              + " s (see "
              + plan.directory().resolve("logs")
              + ")");
    }
    return installation;
  }
}
