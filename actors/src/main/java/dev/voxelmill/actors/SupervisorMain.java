package dev.voxelmill.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.intake.Intake;
import dev.voxelmill.actors.owner.KafkaOwnerStore;
import dev.voxelmill.actors.publish.Telemetry;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.CheckpointStore;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code supervisor} process. Prints {@code READY HOST:PORT}, its address in the cluster, on
 * standard output once every partition has an owner; ends on SIGTERM and, if asked, when its
 * standard input closes.
 */
@Command(
    name = "supervisor",
    mixinStandardHelpOptions = true,
    description = "Runs one node of the control plane until it is told to stop.",
    footer = {
      "",
      "Example: ./voxelmill supervisor --bootstrap 127.0.0.1:9092",
      "Exit codes: 0 stopped as told, 1 it failed or the cluster removed it, 2 wrong usage."
    })
public final class SupervisorMain implements Callable<Integer> {
  private static final String SYSTEM = "voxelmill";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = "--bootstrap",
      required = true,
      paramLabel = "H:P",
      description = "Addresses of Kafka brokers, separated by commas.")
  private String bootstrap = "";

  @Option(
      names = "--cluster-port",
      defaultValue = "0",
      paramLabel = "P",
      description = "Port of this node in the cluster; 0, the default, chooses a free one.")
  private int clusterPort;

  @Option(
      names = "--seed-node",
      arity = "0..*",
      paramLabel = "H:P",
      description = "Nodes through which to join; without any, this node starts a cluster.")
  private List<String> seedNodes = List.of();

  @Option(
      names = "--stop-on-stdin-close",
      description = "Stop when standard input closes, so that no child outlives its parent.")
  private boolean stopOnStdinClose;

  /** Runs the process. */
  public static void main(String[] args) {
    int code =
        new CommandLine(new SupervisorMain())
            .setExecutionExceptionHandler(SupervisorMain::onFailure)
            .execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() {
    SupervisorConfig config = SupervisorConfig.load();
    Installation installation = new TopicSetup(bootstrap, TopicsConfig.load(), PATIENCE).run();
    ActorSystem<?> system =
        ActorSystem.create(
            Behaviors.<Supervisor.Command>setup(
                context -> Supervisor.create(parts(context.getSystem(), config, installation))),
            SYSTEM,
            clusterConfig());
    haltWith(system);
    if (seedNodes.isEmpty()) {
      Cluster cluster = Cluster.get(system);
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    }
    if (stopOnStdinClose) {
      stopWithStdin(system);
    }
    system.getWhenTerminated().toCompletableFuture().join();
    return exitCode(system);
  }

  private static Supervisor.Parts parts(
      ActorSystem<?> system, SupervisorConfig config, Installation installation) {
    Telemetry telemetry = new Telemetry(installation);
    BlobStore blobs = new BlobStore(installation, ChunkConfig.load());
    CheckpointStore checkpoints = new KafkaCheckpointStore(installation, ChunkConfig.load());
    KafkaOwnerStore store =
        new KafkaOwnerStore(
            system,
            installation,
            LogConfig.load(),
            config.owner().intakeBatch(),
            new KafkaOwnerStore.Beside(
                blobs::get,
                dropped -> checkpoints.delete(dropped.job(), dropped.manifest()),
                telemetry::publish));
    Address address = Cluster.get(system).selfMember().address();
    return new Supervisor.Parts(
        config,
        installation.partitions(),
        store,
        telemetry::publish,
        () -> Intake.start(system, installation, config.intake(), blobs::put),
        () -> printReady(address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow()));
  }

  private Config clusterConfig() {
    List<String> seeds = seedNodes.stream().map(node -> "pekko://" + SYSTEM + "@" + node).toList();
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.port", clusterPort,
                "pekko.cluster.roles", List.of(ClusterRoles.SUPERVISOR),
                "pekko.cluster.seed-nodes", seeds))
        .withFallback(ConfFile.read("cluster.conf"))
        .withFallback(ConfigFactory.load());
  }

  private static void printReady(String address) {
    System.out.println("READY " + address);
    System.out.flush();
  }

  /**
   * A JVM that was told to stop by a signal ends with 143; here that is success, hence 0. The hook
   * keeps the JVM until the node has left the cluster in order.
   */
  private static void haltWith(ActorSystem<?> system) {
    Thread hook =
        new Thread(
            () -> {
              system.getWhenTerminated().toCompletableFuture().join();
              Runtime.getRuntime().halt(exitCode(system));
            },
            "halt");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private static int exitCode(ActorSystem<?> system) {
    return CoordinatedShutdown.get(system)
        .getShutdownReason()
        .filter(SupervisorMain::isFailure)
        .map(reason -> CommandLine.ExitCode.SOFTWARE)
        .orElse(CommandLine.ExitCode.OK);
  }

  private static boolean isFailure(CoordinatedShutdown.Reason reason) {
    return reason.equals(CoordinatedShutdown.clusterDowningReason())
        || reason.equals(CoordinatedShutdown.clusterJoinUnsuccessfulReason());
  }

  private static void stopWithStdin(ActorSystem<?> system) {
    Thread reader =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException closed) {
                system.log().info("standard input failed: {}", closed.getMessage());
              }
              system.terminate();
            },
            "stdin");
    reader.setDaemon(true);
    reader.start();
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    command.getErr().println("supervisor: " + failure.getMessage());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      command.getErr().println("  because: " + cause);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
