package dev.voxelmill.gpu.worker;

import ai.djl.ndarray.NDManager;
import com.typesafe.config.Config;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.task.MemoryBudget;
import dev.voxelmill.gpu.task.PriorFile;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskContext;
import dev.voxelmill.gpu.task.Versions;
import dev.voxelmill.protocols.config.ConfFile;
import dev.voxelmill.protocols.launch.ClusterConfig;
import dev.voxelmill.protocols.launch.MembershipOptions;
import dev.voxelmill.protocols.launch.Program;
import dev.voxelmill.protocols.launch.ServiceOptions;
import dev.voxelmill.protocols.model.ModelRegistry;
import dev.voxelmill.protocols.worker.ClusterRoles;
import dev.voxelmill.protocols.worker.WorkerId;
import dev.voxelmill.storage.blob.BlobStore;
import dev.voxelmill.storage.checkpoint.KafkaCheckpointStore;
import dev.voxelmill.storage.chunk.ChunkConfig;
import dev.voxelmill.storage.topics.Installation;
import dev.voxelmill.storage.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The {@code worker} process: one device, one task at a time unless it batches. Prints {@code READY
 * WORKER-ID} on standard output once it is a member of the cluster. On SIGTERM, and if asked when
 * standard input closes, it finishes its step, checkpoints, gives the task back and leaves.
 */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Runs one worker of a Voxelmill cluster.",
    footer = {
      "",
      "Example: ./voxelmill worker --bootstrap 127.0.0.1:9092 --seed-node 127.0.0.1:25520",
      "Exit codes: 0 stopped as told, 1 the worker failed, 2 wrong usage, 12 the device failed",
      "again and again and is quarantined, 13 a step did not end."
    })
public final class WorkerMain implements Callable<Integer> {
  private static final double SHARE_OF_MACHINE = 0.9;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of libtorch; part of the device class. Default: conf/worker.conf.")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = {
        "Tasks that share the device; denoising steps of tasks with the same model are then one",
        "call. With more than one, part of the device class. Default: conf/worker.conf."
      })
  private Optional<Integer> batch = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = {
        "float32, bfloat16 or float16, in which pretrained networks compute; their autoencoders",
        "stay in float32. Part of the device class. Default: conf/worker.conf."
      })
  private Optional<Precision> dtype = Optional.empty();

  @Option(
      names = "--prior",
      paramLabel = "FILE",
      description = "Weights that train wrote, instead of the shipped ones.")
  private Optional<Path> prior = Optional.empty();

  @Mixin private MembershipOptions membership = new MembershipOptions();

  @Mixin private ServiceOptions service = new ServiceOptions();

  /** Runs the part. */
  public static void main(String[] args) {
    Program.run(new WorkerMain(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> seeds = membership.requiredSeedNodes();
    String bootstrap = membership.bootstrap();
    Config conf = ConfFile.read(WorkerConfig.FILE);
    WorkerConfig config = config(conf);
    ClusterConfig cluster = ClusterConfig.load();
    LoggerFactory.getLogger(WorkerMain.class).info("configuration {} {}", config, cluster);
    Torch torch = Torch.start(TorchOptions.cpu().withThreads(config.threads()).withStrict(true));
    PriorFile weights = PriorFile.of(prior);
    ModelRegistry registry = ModelRegistry.load();
    Installation installation = Installation.at(bootstrap, TopicsConfig.load());
    ChunkConfig chunks = ChunkConfig.load();
    try (KafkaCheckpointStore checkpoints = new KafkaCheckpointStore(installation, chunks);
        BlobStore blobs = new BlobStore(installation, chunks)) {
      MemoryBudget memory = memory(config);
      ResidentModels resident = new ResidentModels(weights.use().name());
      WorkerProfile profile = profile(config.deviceClass(torch.deviceClass()), resident, memory);
      WorkerNode node =
          new WorkerNode(
              new WorkerNode.Parts(
                  config,
                  conf,
                  profile,
                  new DeviceSettings(
                      profile.id(), profile.deviceClass(), Versions.present(), config.device()),
                  new Device.Resources(
                      () -> {
                        NDManager device = torch.newScope();
                        return open(
                            weights,
                            new PretrainedModels(
                                device,
                                registry.all(),
                                PrintOptions.PLAIN.in(config.dtype()),
                                memory::has,
                                resident),
                            device,
                            memory);
                      },
                      new KafkaArchive(checkpoints, blobs),
                      System::nanoTime,
                      memory,
                      new StepWatchdog(config.device().stepDeadline(), System::nanoTime)),
                  cluster.rejoinPause(),
                  workers -> link(config.batch(), seeds, workers, profile, conf)));
      Program.atExit(() -> node.leave() ? ExitCode.OK : ExitCode.SOFTWARE);
      service.watchParent();
      return node.run() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private WorkerConfig config(Config conf) {
    WorkerConfig read = WorkerConfig.from(conf);
    WorkerConfig threaded = threads.map(read::withThreads).orElse(read);
    WorkerConfig batched = batch.map(threaded::withBatch).orElse(threaded);
    return dtype.map(batched::withDtype).orElse(batched);
  }

  private ActorSystem<?> link(
      int slots,
      List<String> seeds,
      ClusterLink.Workers workers,
      WorkerProfile profile,
      Config conf) {
    return ActorSystem.create(
        ClusterLink.create(slots, workers, () -> Program.ready(profile.id().name())),
        MembershipOptions.SYSTEM,
        conf.withFallback(
                membership.config(
                    List.of(ClusterRoles.GPU, ClusterRoles.naming(profile.id())), seeds))
            .resolve());
  }

  /** On the device thread, before the first task. */
  private static StepTasks open(
      PriorFile weights, PretrainedModels models, NDManager device, MemoryBudget memory) {
    return new StepTasks(
        new TaskContext(device, weights.load(device), weights.use(), models, Versions.present()),
        memory);
  }

  /** What the system and other processes need is not the worker's to give. */
  private static MemoryBudget memory(WorkerConfig config) {
    return MemoryBudget.ofProcess(
        Math.min(
            config.device().memory().bytes(), (long) (SHARE_OF_MACHINE * Versions.memoryBytes())));
  }

  private WorkerProfile profile(String deviceClass, ResidentModels resident, MemoryBudget memory) {
    long pid = ProcessHandle.current().pid();
    String incarnation = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    return new WorkerProfile(
        new WorkerId("worker-" + pid + "-" + incarnation),
        pid,
        membership.host(),
        "cpu",
        deviceClass,
        memory.limitBytes(),
        resident);
  }
}
