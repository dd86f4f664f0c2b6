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

  private final MemoryArchive archive = new MemoryArchive();

  @Test
  void aJobKilledAndReleasedAtRandomGivesTheBytesOfAnUndisturbedOne() throws Exception {
    byte[] picture = TinyJob.picture();
    BlobRef blob = archive.write(picture).toCompletableFuture().join();
    JobRequest projected = request("projected", blob, Map.of());
    JobRequest alone = request("alone", blob, Map.of("project", "false", "distill.batch", "1"));
    PlanRun.Finished projectedStraight = straight(projected, picture);
    PlanRun.Finished aloneStraight = straight(alone, picture);
    int kills = 0;
    int releases = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
      try (Fleet fleet = new Fleet(WORKERS, archive);
          ExecutorService owners = Executors.newFixedThreadPool(2)) {
        LiveJob first = new LiveJob(fleet, named(projected, seed), new Random(seed));
        LiveJob second = new LiveJob(fleet, named(alone, seed), new Random(-seed));
        Future<Map<String, TaskOutput>> firstOutputs = owners.submit(first::run);
        Future<Map<String, TaskOutput>> secondOutputs = owners.submit(second::run);
        assertSame("seed " + seed, projectedStraight, firstOutputs.get());
        assertSame("seed " + seed, aloneStraight, secondOutputs.get());
        kills += first.kills() + second.kills();
        releases += first.releases() + second.releases();
      }
    }

    assertTrue(kills > 0, "no worker was killed");
    assertTrue(releases > 0, "no attempt was released");
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

  /** Every step is a checkpoint, so that every step may be the one that is gone on from. */
  private static JobRequest request(String id, BlobRef picture, Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(TinyJob.PARAMETERS);
    parameters.put("checkpoint.everySteps", "1");
    parameters.putAll(more);
    JobRequest tiny = TinyJob.request(parameters);
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
