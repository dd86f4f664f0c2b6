package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.DeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.task.PlanRun;
import dev.voxelmill.gpu.task.StepTasks;
import dev.voxelmill.gpu.task.TaskResult;
import dev.voxelmill.gpu.task.TinyJob;
import dev.voxelmill.protocols.job.BlobRef;
import dev.voxelmill.protocols.job.FileRef;
import dev.voxelmill.protocols.job.JobId;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A job whose workers are killed and released at random moments gives the bytes of one that nobody
 * disturbed: real worker and device actors, a real model, every task kind, and another job beside
 * it. {@code -Dvoxelmill.resume.seeds=50} tries more moments.
 */
class LiveResumeTest {
  private static final int SEEDS = Integer.getInteger("voxelmill.resume.seeds", 2);
  private static final int WORKERS = 3;

  private static final Map<String, String> ALONE = alone();

  private final MemoryArchive archive = new MemoryArchive();

  @Test
  void aJobKilledAndReleasedAtRandomGivesTheBytesOfAnUndisturbedOne() throws Exception {
    BlobRef picture = picture();
    survives(
        request("projected", Methods.IMAGE_TO_3D, picture, TinyJob.PARAMETERS),
        request("alone", Methods.IMAGE_TO_3D, picture, ALONE));
  }

  @Test
  void soDoesAJobWithAPretrainedModelInTheMiddleOfDenoising() throws Exception {
    BlobRef picture = picture();
    survives(
        request("views", Methods.ZERO123, picture, TinyJob.ZERO123_PARAMETERS),
        request("shape", Methods.ZERO123_3D, picture, TinyJob.ZERO123_3D_PARAMETERS));
  }

  @Test
  void soDoesACanvasBesideAnotherJob() throws Exception {
    BlobRef picture = picture();
    survives(
        request("canvas", Methods.ZERO123PLUS, picture, TinyJob.ZERO123PLUS_PARAMETERS),
        request("beside", Methods.IMAGE_TO_3D, picture, ALONE));
  }

  private void survives(JobRequest one, JobRequest other) throws Exception {
    PlanRun.Finished oneStraight = straight(one, TinyJob.picture());
    PlanRun.Finished otherStraight = straight(other, TinyJob.picture());
    int kills = 0;
    int releases = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
      try (Fleet fleet = new Fleet(WORKERS, archive);
          ExecutorService owners = Executors.newFixedThreadPool(2)) {
        LiveJob first = new LiveJob(fleet, named(one, seed), new Random(seed));
        LiveJob second = new LiveJob(fleet, named(other, seed), new Random(-seed));
        Future<Map<String, TaskOutput>> firstOutputs = owners.submit(first::run);
        Future<Map<String, TaskOutput>> secondOutputs = owners.submit(second::run);
        assertSame("seed " + seed, oneStraight, firstOutputs.get());
        assertSame("seed " + seed, otherStraight, secondOutputs.get());
        kills += first.kills() + second.kills();
        releases += first.releases() + second.releases();
      }
    }

    assertTrue(kills > 0, "no worker was killed");
    assertTrue(releases > 0, "no attempt was released");
  }

  private BlobRef picture() {
    return archive.write(TinyJob.picture()).toCompletableFuture().join();
  }

  private void assertSame(String when, PlanRun.Finished expected, Map<String, TaskOutput> outputs) {
    outputs.forEach(
        (task, output) -> {
          switch (output) {
            case TaskOutput.Tensors tensors ->
                assertArrayEquals(
                    expected.tensors().get(task),
                    archive.read(JOB, tensors.manifest()).toCompletableFuture().join(),
                    when + ": " + task);
            case TaskOutput.Files files -> {
              assertEquals(expected.files().quality(), files.quality(), when);
              assertSameFiles(when, expected.files().files(), files.files());
            }
          }
        });
  }

  private void assertSameFiles(
      String when, List<TaskResult.NamedFile> expected, List<FileRef> actual) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < actual.size(); i++) {
      names.add(actual.get(i).name());
      assertArrayEquals(
          expected.get(i).bytes(),
          archive.read(actual.get(i).blob()).toCompletableFuture().join(),
          when + ": " + actual.get(i).name());
    }
    assertEquals(expected.stream().map(TaskResult.NamedFile::name).toList(), names, when);
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
  private static JobRequest request(
      String id, Method method, BlobRef picture, Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(more);
    parameters.put("checkpoint.everySteps", "1");
    JobRequest tiny = TinyJob.request(method, parameters);
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
