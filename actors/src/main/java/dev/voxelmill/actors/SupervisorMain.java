package dev.voxelmill.actors;

import dev.voxelmill.actors.client.InstallationClient;
import dev.voxelmill.actors.config.SupervisorConfig;
import dev.voxelmill.actors.intake.Intake;
import dev.voxelmill.actors.owner.KafkaOwnerStore;
import dev.voxelmill.actors.publish.Telemetry;
import dev.voxelmill.protocols.launch.ClusterConfig;
import dev.voxelmill.protocols.launch.Membership;
import dev.voxelmill.protocols.launch.MembershipOptions;
import dev.voxelmill.protocols.launch.Program;
import dev.voxelmill.protocols.launch.ServiceOptions;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.CheckpointSweeper;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.log.LogConfig;
import dev.voxelmill.storage.log.LogProbe;
import dev.voxelmill.storage.log.PartitionLogs;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicSetup;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/**
 * The {@code supervisor} process. Prints {@code READY HOST:PORT}, its address in the cluster, on
 * standard output once every partition has an owner; ends on SIGTERM and, if asked, when its
 * standard input closes. When the cluster removes the node, it joins again without a restart.
 */
@Command(
    name = "supervisor",
    mixinStandardHelpOptions = true,
    description = "Runs one node of the control plane until it is told to stop.",
    footer = {
      "",
      "Example: ./voxelmill supervisor --bootstrap 127.0.0.1:9092",
      "On a machine of its own, one of three:",
      "  ./voxelmill supervisor --bootstrap 10.0.0.1:9092 --host 10.0.0.1 --cluster-port 25520 \\",
      "    --seed-node 10.0.0.1:25520,10.0.0.2:25520,10.0.0.3:25520",
      "Exit codes: 0 stopped as told, 1 it failed, 2 wrong usage."
    })
public final class SupervisorMain implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Longer than the phases of a coordinated shutdown take, unless one of them hangs. */
  private static final Duration LEAVE = Duration.ofSeconds(20);

  @Mixin private MembershipOptions membership = new MembershipOptions();

  @Mixin private ServiceOptions service = new ServiceOptions();

  /** Runs the part. */
  public static void main(String[] args) {
    Program.run(new SupervisorMain(), args);
  }

  @Override
  public Integer call() throws InterruptedException {
    SupervisorConfig config = SupervisorConfig.load();
    ClusterConfig cluster = ClusterConfig.load();
    LoggerFactory.getLogger(SupervisorMain.class).info("configuration {} {}", config, cluster);
    Installation installation =
        new TopicSetup(membership.bootstrap(), TopicsConfig.load(), PATIENCE).run();
    try (Telemetry telemetry = new Telemetry(installation);
        BlobStore blobs = new BlobStore(installation, ChunkConfig.load());
        KafkaCheckpointStore checkpoints =
            new KafkaCheckpointStore(installation, ChunkConfig.load());
        CheckpointSweeper sweeper = new CheckpointSweeper(installation, ChunkConfig.load());
        LogProbe log = new LogProbe(installation, config.sight().fresh())) {
      Quorum quorum = Quorum.of(membership.seedNodes(), cluster.joinTimeout());
      Memory memory =
          new Memory(config, quorum, installation, telemetry, blobs, checkpoints, sweeper, log);
      Membership member =
          new Membership(() -> join(memory), memory::answers, cluster.rejoinPause());
      Program.atExit(() -> member.leave(LEAVE) ? ExitCode.OK : ExitCode.SOFTWARE);
      service.watchParent();
      return member.keep() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  /** What stays when the cluster removes the node: its connections to Kafka. */
  private record Memory(
      SupervisorConfig config,
      Quorum quorum,
      Installation installation,
      Telemetry telemetry,
      BlobStore blobs,
      KafkaCheckpointStore checkpoints,
      CheckpointSweeper sweeper,
      LogProbe log) {

    /** Whether there is anything to own: a node that the brokers do not answer stays out. */
    boolean answers() {
      return log.ask().handle((ends, failure) -> failure == null).toCompletableFuture().join();
    }

    Supervisor.Parts parts(ActorSystem<?> system) {
      KafkaOwnerStore store =
          new KafkaOwnerStore(
              installation,
              new PartitionLogs(installation, LogConfig.load()),
              config.owner().intakeBatch(),
              new KafkaOwnerStore.Beside(
                  blobs::get,
                  dropped -> checkpoints.delete(dropped.job(), dropped.manifest()),
                  sweeper::stored,
                  sweeper::delete,
                  telemetry::publish));
      Address address = Cluster.get(system).selfMember().address();
      return new Supervisor.Parts(
          config,
          installation.partitions(),
          quorum,
          store,
          log::ask,
          telemetry::publish,
          () ->
              Intake.start(system, installation, config.intake(), ModelRegistry.load(), blobs::put),
          () ->
              Program.ready(
                  address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow()));
    }
  }

  private ActorSystem<?> join(Memory memory) {
    Founding founding =
        new Founding(new InstallationClient(memory.installation()), membership.address());
    List<String> seeds = founding.order(membership.seedNodes());
    ActorSystem<Supervisor.Command> system =
        ActorSystem.create(
            Behaviors.setup(context -> Supervisor.create(memory.parts(context.getSystem()))),
            MembershipOptions.SYSTEM,
            membership.config(List.of(ClusterRoles.SUPERVISOR), seeds));
    if (seeds.isEmpty()) {
      Cluster cluster = Cluster.get(system);
      cluster.manager().tell(Join.create(cluster.selfMember().address()));
    }
    return system;
  }
}
