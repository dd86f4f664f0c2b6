package dev.voxelmill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.protocols.topic.FleetRecord;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.WorkerStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README promises of the methods of pretrained models, with the small random folder of the
 * recorded cases in place of real weights.
 */
class PretrainedStoryTest {
  private static final Path FOLDER =
      Launcher.home().resolve("src/test/fixtures/zero123_pipeline/pipeline");

  /** How often a job is submitted that ends before its worker can be killed. */
  private static final int MOST_TRIES = 5;

  private static RunningSystem system;

  @TempDir Path directory;

  @BeforeAll
  static void start(@TempDir Path systemDirectory) throws IOException {
    String known = "\"-Dmodels.zero123-xl.directory=" + FOLDER + "\"";
    system = RunningSystem.start(systemDirectory, 2, Map.of("JDK_JAVA_OPTIONS", known));
  }

  @AfterAll
  static void stop() throws Exception {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void aPictureAndPosesBecomePicturesWithTheirCameras() throws Exception {
    Path out = directory.resolve("views");

    system.deliver(
        "views", out, "--method", "zero123", "poses=0/60/0,-20/180/0.1", "denoise.steps=4");

    JsonNode cameras = JsonCodec.mapper().readTree(out.resolve("cameras.json").toFile());
    assertEquals(2, cameras.get("views").size());
    for (JsonNode view : cameras.get("views")) {
      byte[] png = Files.readAllBytes(out.resolve(view.get("file").asText()));
      assertEquals(32, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
    }
    JsonNode manifest = JsonCodec.mapper().readTree(out.resolve("manifest.json").toFile());
    assertEquals("zero123-xl", manifest.at("/models/0/name").asText());
    assertEquals(64, manifest.at("/models/0/sha256").asText().length());
    assertTrue(manifest.at("/models/0/licence").asText().length() > 2);
  }

  @Test
  void aPictureBecomesAMesh() throws Exception {
    Path out = directory.resolve("shape");

    system.deliver(
        "shape",
        out,
        "--method",
        "zero123-3d",
        "distill.steps=4",
        "grid.size=16",
        "mesh.threshold=1",
        "mesh.faces=500");

    byte[] glb = Files.readAllBytes(out.resolve("asset.glb"));
    assertEquals("glTF", new String(glb, 0, 4, StandardCharsets.US_ASCII));
  }

  @Test
  void aJobWhoseWorkerIsKilledWhileItDenoisesEndsWithTheSameBytes() throws Exception {
    String[] words = {
      "--method", "zero123", "poses=0/60/0", "denoise.steps=600", "checkpoint.everySteps=5"
    };
    String victim = killedWhileItDenoised(words);
    Path disturbed = directory.resolve("disturbed");
    Path straight = directory.resolve("straight");

    assertEquals(0, system.client("fetch", victim, "--out", disturbed.toString()).exitCode());
    system.deliver("straight", straight, words);

    for (String name : List.of("view-001.png", "cameras.json", "views.png")) {
      assertArrayEquals(
          Files.readAllBytes(straight.resolve(name)),
          Files.readAllBytes(disturbed.resolve(name)),
          name);
    }
  }

  /** The id of such a job; one that was done before its worker died is tried again. */
  private static String killedWhileItDenoised(String... words) throws Exception {
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      String victim = "victim-" + tries;
      assertEquals(0, system.submit(victim, words).exitCode());
      await()
          .atMost(RunningSystem.JOB_LIMIT)
          .until(() -> denoising(victim).isPresent() || attempts(victim).isPresent());
      denoising(victim).flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
      Launcher.Ended ended = system.client("watch", victim);
      assertEquals(0, ended.exitCode(), ended.out() + system.logs());
      if (attempts(victim).orElseThrow() > 1) {
        return victim;
      }
    }
    throw new AssertionError("every job ended before its worker was killed");
  }

  @Test
  void whatCannotBeMadeFailsByNameAndTheWorkerLivesOn() throws Exception {
    Launcher.Ended absent = views("absent", "model=zero123plus-v1.2");
    Launcher.Ended overThePole = views("pole", "poses=-89/0/0");
    Launcher.Ended thousand = views("thousand", "poses=0/1/0" + ",0/1/0".repeat(999));
    Launcher.Ended nan = views("nan", "denoise.guidance=NaN");

    assertEquals(1, absent.exitCode(), absent.out());
    assertTrue(absent.out().contains("zero123plus"), absent.out());
    assertEquals(1, overThePole.exitCode(), overThePole.out());
    assertTrue(overThePole.out().contains("-89.0/0.0/0.0"), overThePole.out());
    assertEquals(1, thousand.exitCode(), thousand.out());
    assertTrue(thousand.out().contains("1000 poses (expected: 1 to 128"), thousand.out());
    assertEquals(1, nan.exitCode(), nan.out());
    assertTrue(nan.out().contains("'NaN' (expected: a number"), nan.out());
    system.deliver(
        "after",
        directory.resolve("after"),
        "--method",
        "zero123",
        "poses=0/9/0",
        "denoise.steps=2");
  }

  /** The end of a job that makes views, with one parameter. */
  private static Launcher.Ended views(String id, String parameter) throws Exception {
    return system.submit(id, "--method", "zero123", parameter, "--wait");
  }

  /** The process that denoises a job, once a heartbeat has shown it under way. */
  private static Optional<Long> denoising(String id) {
    JsonCodec<FleetRecord> codec = JsonCodec.of(FleetRecord.class);
    List<ConsumerRecord<byte[], byte[]>> snapshots = system.records("voxelmill.fleet");
    return snapshots.reversed().stream()
        .limit(1)
        .flatMap(snapshot -> codec.decode(snapshot.value()).workers().stream())
        .filter(worker -> worker.running().stream().anyMatch(running -> isDenoising(running, id)))
        .map(WorkerStatus::pid)
        .findFirst();
  }

  private static boolean isDenoising(WorkerStatus.RunningTask running, String id) {
    return running.task().job().id().equals(id)
        && running.task().task().equals("denoise")
        && running.progress().step() > 5;
  }

  /** How many attempts the denoising of a finished job took. */
  private static Optional<Integer> attempts(String id) throws IOException {
    for (ConsumerRecord<byte[], byte[]> asset : system.records("voxelmill.assets", id)) {
      for (JsonNode stage : JsonCodec.mapper().readTree(asset.value()).get("stages")) {
        if (stage.get("task").asText().equals("denoise")) {
          return Optional.of(stage.get("attempts").asInt());
        }
      }
    }
    return Optional.empty();
  }
}
