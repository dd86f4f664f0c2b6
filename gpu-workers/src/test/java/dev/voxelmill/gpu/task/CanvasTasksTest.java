package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Png;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole plans of the methods of Zero123++ over random weights. */
@OnDeviceThread
class CanvasTasksTest {
  @TempDir Path directory;
  private Path folder;

  @BeforeEach
  void write() {
    folder = TinyCanvas.write(directory);
  }

  @Test
  void aPictureBecomesACanvasItsSixViewsAndTheirCameras() throws IOException {
    TaskResult.Files made = run(TinyCanvas.views()).files();

    List<String> names = made.files().stream().map(TaskResult.NamedFile::name).toList();
    assertEquals(
        Stream.concat(
                IntStream.rangeClosed(1, 6).mapToObj("view-%03d.png"::formatted),
                Stream.of("cameras.json", "canvas.png"))
            .toList(),
        names);
    assertEquals("tiny", made.models().getFirst().name());
    assertEquals("CC0-1.0", made.models().getFirst().licence());
    JsonNode views = JsonCodec.mapper().readTree(made.files().get(6).bytes()).get("views");
    assertEquals(6, views.size());
    assertEquals(30, views.get(0).get("azimuthDeg").asDouble(), 1e-9);
    assertEquals(20, views.get(0).get("elevationDeg").asDouble(), 1e-9);
    assertEquals(-10, views.get(1).get("elevationDeg").asDouble(), 1e-9);
    assertEquals(30, views.get(1).get("fovDeg").asDouble(), 1e-9);
  }

  @Test
  void theFirstEditionLooksFromElsewhere() throws IOException {
    JobRequest request =
        with(TinyCanvas.PARAMETERS, Map.of("canvas.cameras", "v1.1"), Methods.ZERO123PLUS.name());

    JsonNode views =
        JsonCodec.mapper().readTree(run(request).files().files().get(6).bytes()).get("views");

    assertEquals(-20, views.get(5).get("elevationDeg").asDouble(), 1e-9);
    assertEquals(49.134, views.get(5).get("fovDeg").asDouble(), 1e-3);
  }

  @Test
  void theViewsOfNoiseBecomeAMeshThatIsWholeAndOfNoMoreFacesThanWanted() {
    PlanRun.Finished finished = run(TinyCanvas.mesh());

    TaskResult.Files made = finished.files();
    assertEquals("asset.glb", made.files().getFirst().name());
    assertEquals(1.0, made.quality().get("mesh.watertight"));
    assertTrue(made.quality().get("mesh.facesExtracted") > 200, made.quality().toString());
    assertTrue(made.quality().get("mesh.faces") > 0, made.quality().toString());
    assertTrue(made.quality().get("mesh.faces") <= 200, made.quality().toString());
    assertTrue(finished.tensors().containsKey("project"));
  }

  @Test
  void anotherSeedMakesAnotherCanvas() {
    byte[] one = canvas(TinyCanvas.views());
    byte[] same = canvas(TinyCanvas.views());
    JobRequest tiny = TinyCanvas.views();
    byte[] other =
        canvas(
            new JobRequest(
                tiny.job(),
                tiny.method(),
                tiny.image(),
                tiny.camera(),
                tiny.seed() + 1,
                tiny.parameters(),
                tiny.outputs(),
                tiny.priority()));

    assertArrayEquals(one, same);
    assertFalse(Arrays.equals(one, other));
  }

  @Test
  void aPictureOfDepthsControlsTheCanvasByItsScale() {
    byte[] depth = Png.encode(Picture.white(64, 96));

    TaskResult.Files free = controlled(Optional.empty(), "0.75");
    TaskResult.Files without = controlled(Optional.of(depth), "0");
    TaskResult.Files with = controlled(Optional.of(depth), "0.75");

    assertArrayEquals(free.files().getLast().bytes(), without.files().getLast().bytes());
    assertFalse(Arrays.equals(free.files().getLast().bytes(), with.files().getLast().bytes()));
    assertEquals(
        List.of("zero123plus-v1.2", "controlnet-zp11-depth-v1"),
        with.models().stream().map(ModelUse::name).toList());
    assertEquals(1, free.models().size());
  }

  /** The views of the recorded folder, with a picture of depths or without. */
  private static TaskResult.Files controlled(Optional<byte[]> depth, String scale) {
    JobRequest request =
        with(
            TinyJob.ZERO123PLUS_PARAMETERS,
            Map.of("control.scale", scale),
            Methods.ZERO123PLUS.name());
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      PlanRun.Outcome outcome =
          PlanRun.of(
              new StepTasks(TinyJob.context(device)),
              Plans.of(request),
              request,
              TinyJob.picture(),
              depth);
      return assertInstanceOf(PlanRun.Finished.class, outcome, outcome.toString()).files();
    }
  }

  @Test
  void aPictureOfDepthsOfAnotherSizeIsRefusedBeforeTheModelIsLoaded() {
    byte[] depth = Png.encode(Picture.white(64, 64));
    TaskInput plain = TinyCanvas.condition();
    TaskInput input =
        new TaskInput(
            plain.spec(),
            1,
            plain.remedies(),
            plain.request(),
            plain.image(),
            Optional.of(depth),
            Map.of());
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      StepTasks tasks = new StepTasks(TinyCanvas.context(device, directory.resolve("nowhere")));

      UnopenableTaskException refused =
          assertThrows(UnopenableTaskException.class, () -> tasks.open(input, Optional.empty()));

      assertEquals(JobFailure.Code.INVALID_REQUEST, refused.failure().code());
      assertTrue(refused.getMessage().contains("depth: 64 x 64 pixels (expected: 64 x 96"));
    }
  }

  private byte[] canvas(JobRequest request) {
    return run(request).files().files().getLast().bytes();
  }

  private PlanRun.Finished run(JobRequest request) {
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      PlanRun.Outcome outcome =
          PlanRun.of(
              new StepTasks(TinyCanvas.context(device, folder)),
              Plans.of(request),
              request,
              TinyJob.picture());
      return assertInstanceOf(PlanRun.Finished.class, outcome, outcome.toString());
    }
  }

  private static JobRequest with(
      Map<String, String> parameters, Map<String, String> more, String method) {
    Map<String, String> all = new HashMap<>(parameters);
    all.putAll(more);
    return TinyJob.request(Methods.named(method).orElseThrow(), all);
  }
}
