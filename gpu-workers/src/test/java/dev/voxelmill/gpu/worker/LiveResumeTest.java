package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.task.PlanRun;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TinyJob;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A job whose workers are killed and released at random moments gives the bytes of one that nobody
 * disturbed: real worker and device actors, real models, every method and so every task kind, and
 * always another job beside it. {@code -Dvoxelmill.resume.seeds=50} tries more moments, {@code
 * -Dvoxelmill.resume.from=3} others.
 */
class LiveResumeTest {
  private static final int SEEDS = Integer.getInteger("voxelmill.resume.seeds", 2);
  private static final int FROM = Integer.getInteger("voxelmill.resume.from", 1);
  private static final int WORKERS = 3;

  /** A release may come too late, when its task has ended: of so many seeds some come in time. */
  private static final int ENOUGH = 10;

  private static final Map<String, String> ALONE = alone();

  /** Two jobs beside each other; every method is in one pair at least. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody changes the maps of a method's parameters
  enum Pair {
    PROJECTED_AND_ALONE(
        new Kind(Methods.IMAGE_TO_3D, TinyJob.PARAMETERS), new Kind(Methods.IMAGE_TO_3D, ALONE)),
    VIEWS_AND_SHAPE(
        new Kind(Methods.ZERO123, TinyJob.ZERO123_PARAMETERS),
        new Kind(Methods.ZERO123_3D, TinyJob.ZERO123_3D_PARAMETERS)),
    CANVAS_AND_ITS_SHAPE(
        new Kind(Methods.ZERO123PLUS, TinyJob.ZERO123PLUS_PARAMETERS),
        new Kind(Methods.ZERO123PLUS_3D, TinyJob.ZERO123PLUS_3D_PARAMETERS)),
    REHEARSAL_AND_SHAPE(
        new Kind(Methods.SYNTHETIC, TinyJob.SYNTHETIC_PARAMETERS),
        new Kind(Methods.IMAGE_TO_3D, ALONE));

    private final Kind one;
    private final Kind other;

    Pair(Kind one, Kind other) {
      this.one = one;
      this.other = other;
    }
  }

  /** A method with few steps. */
  private record Kind(Method method, Map<String, String> parameters) {}

  @ParameterizedTest
  @EnumSource(Pair.class)
  void aJobKilledAndReleasedAtRandomGivesTheBytesOfAnUndisturbedOne(Pair pair) throws Exception {
    BlobRef picture = blob(new MemoryArchive(), TinyJob.picture());
    survives(request("one", pair.one, picture), request("other", pair.other, picture));
  }

  @Test
  void everyMethodIsAmongThem() {
    Set<Method> tried =
        Arrays.stream(Pair.values())
            .flatMap(pair -> Stream.of(pair.one.method(), pair.other.method()))
            .collect(Collectors.toSet());

    assertEquals(Set.copyOf(Methods.all()), tried);
  }

  private static void survives(JobRequest one, JobRequest other) throws Exception {
    Undisturbed first = undisturbed(one);
    Undisturbed second = undisturbed(other);
    Disturbances suffered = new Disturbances();

    for (int seed = FROM; seed < FROM + SEEDS; seed++) {
      MemoryArchive archive = withPicture();
      try (Fleet fleet = new Fleet(WORKERS, archive);
          ExecutorService owners = Executors.newFixedThreadPool(2)) {
        LiveJob hunted = first.hunted(fleet, seed);
        LiveJob beside = second.hunted(fleet, -seed);
        Future<Map<String, TaskOutput>> outputs = owners.submit(hunted::run);
        Future<Map<String, TaskOutput>> outputsBeside = owners.submit(beside::run);
        assertEquals(first.contents(), contents(archive, outputs.get()), "seed " + seed);
        assertEquals(second.contents(), contents(archive, outputsBeside.get()), "seed " + seed);
        suffered.add(one.method(), hunted.suffered());
        suffered.add(other.method(), beside.suffered());
      }
    }

    System.out.printf("resume: seeds %d to %d, %s%n", FROM, FROM + SEEDS - 1, suffered);
    assertTrue(suffered.kills() > 0, "no worker was killed");
    assertTrue(SEEDS < ENOUGH || suffered.releases() > 0, "no attempt was released");
  }

  /**
   * A job that nobody disturbed.
   *
   * @param contents of what its tasks left
   * @param checkpoints of each task
   */
  private record Undisturbed(
      JobRequest request, Map<String, String> contents, Map<String, Integer> checkpoints) {
    LiveJob hunted(Fleet fleet, int seed) {
      return new LiveJob(fleet, named(request, seed), LiveJob.at(checkpoints, new Random(seed)));
    }
  }

  /** Through a worker with a checkpoint each step, and in a thread without any of that. */
  private static Undisturbed undisturbed(JobRequest request) throws InterruptedException {
    MemoryArchive archive = withPicture();
    try (Fleet fleet = new Fleet(1, archive)) {
      LiveJob calm = new LiveJob(fleet, request, (task, done) -> Optional.empty());
      Map<String, String> contents = contents(archive, calm.run());

      Map<String, String> bare = contents(straight(request, TinyJob.picture()), request);
      assertTrue(contents.entrySet().containsAll(bare.entrySet()), () -> contents + ", " + bare);
      return new Undisturbed(request, contents, calm.checkpoints());
    }
  }

  /** Hash of each thing that the tasks have left. */
  private static Map<String, String> contents(
      MemoryArchive archive, Map<String, TaskOutput> outputs) {
    Map<String, String> contents = new TreeMap<>();
    outputs.forEach(
        (task, output) -> {
          switch (output) {
            case TaskOutput.Tensors tensors ->
                contents.put(
                    task, hash(archive.read(JOB, tensors.manifest()).toCompletableFuture().join()));
            case TaskOutput.Files files -> {
              contents.put(task + "/quality", files.quality().toString());
              files
                  .files()
                  .forEach(file -> contents.put(task + "/" + file.name(), file.blob().sha256()));
            }
          }
        });
    return contents;
  }

  private static Map<String, String> contents(PlanRun.Finished run, JobRequest request) {
    Map<String, String> contents = new TreeMap<>();
    run.tensors().forEach((task, payload) -> contents.put(task, hash(payload)));
    String last = Plans.of(request).tasks().getLast().name();
    contents.put(last + "/quality", run.files().quality().toString());
    run.files().files().forEach(file -> contents.put(last + "/" + file.name(), hash(file.bytes())));
    return contents;
  }

  private static String hash(byte[] bytes) {
    return blob(new MemoryArchive(), bytes).sha256();
  }

  private static BlobRef blob(MemoryArchive archive, byte[] bytes) {
    return archive.write(bytes).toCompletableFuture().join();
  }

  private static MemoryArchive withPicture() {
    MemoryArchive archive = new MemoryArchive();
    blob(archive, TinyJob.picture());
    return archive;
  }

  private static final JobId JOB = new JobId(JobId.DEFAULT_TENANT, "any");

  private static PlanRun.Finished straight(JobRequest request, byte[] picture) {
    try (DeviceThread thread = DeviceThread.open("undisturbed")) {
      return thread.call(
          () -> {
            try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
              return (PlanRun.Finished)
                  PlanRun.of(
                      new StepTasks(TinyJob.context(device)), Plans.of(request), request, picture);
            }
          });
    }
  }

  private static Map<String, String> alone() {
    Map<String, String> parameters = new HashMap<>(TinyJob.PARAMETERS);
    parameters.putAll(Map.of("project", "false", "distill.batch", "1"));
    return parameters;
  }

  /** Every step is a checkpoint, so that every step may be the one that is gone on from. */
  private static JobRequest request(String id, Kind kind, BlobRef picture) {
    Map<String, String> parameters = new HashMap<>(kind.parameters());
    parameters.put("checkpoint.everySteps", "1");
    JobRequest tiny = TinyJob.request(kind.method(), parameters);
    return new JobRequest(
        new JobId(JobId.DEFAULT_TENANT, id),
        tiny.method(),
        new JobRequest.ImageRef("image/png", 32, 32, picture),
        tiny.camera(),
        tiny.seed(),
        tiny.parameters(),
        tiny.outputs(),
        tiny.priority());
  }

  /** The same request under another name: names are not part of any bytes. */
  private static JobRequest named(JobRequest request, int seed) {
    return new JobRequest(
        new JobId(JobId.DEFAULT_TENANT, request.job().id() + "-" + seed),
        request.method(),
        request.image(),
        request.camera(),
        request.seed(),
        request.parameters(),
        request.outputs(),
        request.priority());
  }
}
