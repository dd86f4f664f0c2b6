package dev.voxelmill.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.models.Likeness;
import dev.voxelmill.gpu.models.Synthesis;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.topic.EventRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pretrained models of random weights through the cluster. */
@Tag("faults")
@ExtendWith(FaultExtension.class)
class PretrainedFaultsTest {
  /** Enough that the worker is killed in the midst of them. */
  private static final int STEPS = 200;

  /** How often a job is submitted that has denoised before its worker can be killed. */
  private static final int MOST_TRIES = 5;

  @Test
  @Fault(
      id = "F01",
      what = "worker killed with -9 in mid-denoising of a canvas, random weights of Zero123++",
      also = "every file bit-identical to that of an undisturbed job, a GLB among them")
  void aCanvasOfAKilledWorkerIsResumedWithTheSameBytes(FaultCluster cluster, Outcome outcome)
      throws Exception {
    synthesised(cluster);
    cluster.submit(canvas("f01-canvas"));

    String killed = killedWhileItDenoised(cluster);
    cluster.jobs().awaitSuccess("f01-canvas");

    Map<String, String> files = cluster.jobs().files("f01-canvas");
    assertTrue(
        files.keySet().containsAll(List.of("asset.glb", "canvas.png", "cameras.json")),
        files::toString);
    assertEquals(files, cluster.jobs().files(killed));
    long durable = cluster.jobs().durableBefore(killed, "denoise", 2);
    long resumed = cluster.jobs().firstStepAfter(killed, "denoise", 1);
    assertTrue(resumed >= durable, resumed + " < " + durable);
    outcome.fired("killed after step " + durable + " was durable, resumed at it elsewhere");
  }

  /** The id of such a job; one that had denoised before its worker died is tried again. */
  private static String killedWhileItDenoised(FaultCluster cluster) throws Exception {
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      String id = "f01-canvas-killed-" + tries;
      cluster.submit(canvas(id));
      cluster.jobs().awaitCheckpoint(id, "denoise", 20);
      Optional<Part> victim = cluster.anyHolder(id);
      if (victim.isPresent()) {
        victim.get().kill();
      }
      cluster.jobs().awaitSuccess(id);
      if (cluster.jobs().events(id).stream().anyMatch(PretrainedFaultsTest::isDenoisedAgain)) {
        return id;
      }
      cluster.heal();
    }
    throw new AssertionError("no worker died while it denoised, in tries: " + MOST_TRIES);
  }

  private static boolean isDenoisedAgain(EventRecord event) {
    return event.event() instanceof EventRecord.Progress progress
        && progress.stage().equals("denoise")
        && progress.attempt() > 1
        && progress.total() > 0;
  }

  @Test
  @Fault(
      id = "F14",
      what = "jobs for a model that nobody knows, one that is not there, and one whose file is cut",
      also = "the first is a dead letter; each other fails before a step, typed; no worker ends")
  void aModelThatWillNotDoFailsItsJobAlone(FaultCluster cluster, Outcome outcome) throws Exception {
    Path folder = synthesised(cluster);
    List<Long> before = cluster.workers().stream().map(Part::pid).toList();
    Path cut = cluster.models().resolve("zero123plus-v1.1");
    copy(folder, cut);
    Path weights = cut.resolve("unet/diffusion_pytorch_model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));

    String unknown = cluster.submit(views("f14-unknown", "nobody"));
    cluster.submit(views("f14-absent", "zero123plus-v1.2"));
    cluster.submit(views("f14-cut", "zero123plus-v1.1"));
    cluster.submit(views("f14-good-model", "tiny"));
    cluster.jobs().awaitSuccess("f14-good-model");
    Eventually.holds("the first is buried", () -> cluster.observer().buried().contains(unknown));

    for (String id : List.of("f14-absent", "f14-cut")) {
      JobFailure failure = cluster.jobs().awaitFailure(id);
      assertEquals(JobFailure.Code.MODEL_UNUSABLE, failure.code());
      assertTrue(failure.message().contains("fix: fetch"), failure.message());
      assertFalse(
          cluster.jobs().events(id).stream()
              .anyMatch(e -> e.event() instanceof EventRecord.Progress p && p.step() > 0));
    }
    assertEquals(before, cluster.workers().stream().filter(Part::isAlive).map(Part::pid).toList());
    outcome.fired("one dead letter, two failed jobs, one asset, the same worker processes");
  }

  /** The folder that the installation knows as {@code tiny}. */
  private static Path synthesised(FaultCluster cluster) {
    Path folder = cluster.models().resolve("tiny");
    if (!Files.exists(folder)) {
      Synthesis.write(folder, Likeness.TINY, StoredType.F16, 7, file -> {});
    }
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static byte[] canvas(String id) {
    return Jobs.request(
        id,
        "zero123plus-3d",
        Map.of(
            "model", "tiny",
            "canvas.viewPx", 64,
            "denoise.steps", STEPS,
            "project.fitSteps", 4,
            "project.viewPx", "32",
            "distill.steps", 4,
            "mesh.faces", 2000,
            "checkpoint.everySteps", 10));
  }

  private static byte[] views(String id, String model) {
    return Jobs.request(
        id, "zero123plus", Map.of("model", model, "canvas.viewPx", 32, "denoise.steps", 4));
  }
}
