package dev.voxelmill.gpu.worker;

import ai.djl.ndarray.NDManager;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The {@code worker} process: one device, one task at a time. Prints {@code READY WORKER-ID} on
 * standard output once it is a member of the cluster. On SIGTERM, and if asked when standard input
 * closes, it finishes its step, checkpoints, gives the task back and leaves.
 */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Runs one worker of a Voxelmill cluster.",
    footer = {
      "",
      "Example: ./voxelmill worker --bootstrap 127.0.0.1:9092 --seed-node 127.0.0.1:25520",
      "Exit codes: 0 stopped as told, 1 the worker failed, 2 wrong usage."
    })
public final class WorkerMain implements Callable<Integer> {
  private static final String SYSTEM = "voxelmill";

  /** Longer than the phases of a coordinated shutdown may take together. */
  private static final long SHUTDOWN_SECONDS = 40;

  @Option(
      names = "--bootstrap",
      required = true,
      paramLabel = "H:P",
      description = "Kafka brokers.")
  private String bootstrap = "";

  @Option(
      names = "--seed-node",
      required = true,
      paramLabel = "H:P",
      description = "Cluster address of a supervisor; repeat it for each.")
  private List<String> seedNodes = new ArrayList<>();

  @Option(
      names = "--cluster-port",
      defaultValue = "0",
      paramLabel = "P",
      description = "Port of this node in the cluster; 0, the default, chooses a free one.")
  private int clusterPort;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "H",
      description = "Address under which other nodes reach this one; default 127.0.0.1.")
  private String host = "";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of libtorch; part of the device class. Default: conf/worker.conf.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--prior",
      paramLabel = "FILE",
      description = "Weights that train wrote, instead of the shipped ones.")
  private Optional<Path> prior = Optional.empty();

  @Option(
      names = "--stop-on-stdin-close",
      description = "Stop when standard input closes, so that no child outlives its parent.")
  private boolean stopOnStdinClose;

  /** Runs the process. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new WorkerMain())
            .setExecutionExceptionHandler(WorkerMain::onFailure)
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Config workerConf = ConfFile.read(WorkerConfig.FILE);
    WorkerConfig config = WorkerConfig.from(workerConf);
    config = threads.map(config::withThreads).orElse(config);
    LoggerFactory.getLogger(WorkerMain.class).info("configuration {}", config);
    Torch torch = Torch.start(TorchOptions.cpu().withThreads(config.threads()).withStrict(true));
    PriorFile weights = PriorFile.of(prior);
    Installation installation = Installation.at(bootstrap, TopicsConfig.load());
    ChunkConfig chunks = ChunkConfig.load();
    try (KafkaCheckpointStore checkpoints = new KafkaCheckpointStore(installation, chunks);
        BlobStore blobs = new BlobStore(installation, chunks)) {
      WorkerProfile profile = profile(torch, weights);
      WorkerNode.Parts parts =
          new WorkerNode.Parts(
              config,
              profile,
              new DeviceSettings(
                  profile.id(), torch.deviceClass(), Versions.present(), config.preview()),
              new Device.Resources(
                  () -> open(torch, weights),
                  new KafkaArchive(checkpoints, blobs),
                  System::nanoTime),
              () -> ready(profile.id()));
      return run(ActorSystem.create(WorkerNode.create(parts), SYSTEM, clusterConfig(workerConf)));
    }
  }

  /** On the device thread, before the first task. */
  private static StepTasks open(Torch torch, PriorFile weights) {
    NDManager device = torch.newScope();
    return new StepTasks(
        new TaskContext(device, weights.load(device), weights.use(), Versions.present()));
  }

  private WorkerProfile profile(Torch torch, PriorFile weights) {
    long pid = ProcessHandle.current().pid();
    String incarnation = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    return new WorkerProfile(
        new WorkerId("worker-" + pid + "-" + incarnation),
        pid,
        host,
        "cpu",
        torch.deviceClass(),
        Versions.memoryBytes(),
        new TreeSet<>(List.of(weights.use().name())));
  }

  private Config clusterConfig(Config workerConf) {
    List<String> seeds = seedNodes.stream().map(seed -> "pekko://" + SYSTEM + "@" + seed).toList();
    return ConfigFactory.empty()
        .withValue("pekko.remote.artery.canonical.hostname", ConfigValueFactory.fromAnyRef(host))
        .withValue("pekko.remote.artery.canonical.port", ConfigValueFactory.fromAnyRef(clusterPort))
        .withValue(
            "pekko.cluster.roles", ConfigValueFactory.fromIterable(List.of(ClusterRoles.GPU)))
        .withValue("pekko.cluster.seed-nodes", ConfigValueFactory.fromIterable(seeds))
        .withFallback(ConfFile.read("cluster.conf"))
        .withFallback(workerConf)
        .withFallback(ConfigFactory.load())
        .resolve();
  }

  private static void ready(WorkerId id) {
    System.out.println("READY " + id);
    System.out.flush();
  }

  private int run(ActorSystem<WorkerNode.Command> system) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(system), "leave"));
    if (stopOnStdinClose) {
      readToEnd();
      return CommandLine.ExitCode.OK;
    }
    system.getWhenTerminated().toCompletableFuture().join();
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Ends with 0 what a signal began, once the cluster has been left in order. */
  private static void leave(ActorSystem<?> system) {
    try {
      CoordinatedShutdown.get(system)
          .runAll(CoordinatedShutdown.jvmExitReason())
          .toCompletableFuture()
          .get(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      LoggerFactory.getLogger(WorkerMain.class).error("left without order", e);
      Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
    }
  }

  private static void readToEnd() throws IOException {
    byte[] ignored = new byte[64];
    int count;
    do {
      count = System.in.read(ignored);
    } while (count >= 0);
  }

  private static int onFailure(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    command.getErr().println("worker: " + failure.getMessage());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      command.getErr().println("  because: " + cause);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
