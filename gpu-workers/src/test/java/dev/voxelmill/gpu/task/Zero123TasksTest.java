package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.GlbReader;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.model.RegisteredModel;
import dev.voxelmill.protocols.plan.Methods;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class Zero123TasksTest {
  private NDManager device;

  @BeforeEach
  void open() {
    device = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    device.close();
  }

  @Test
  void aPictureAndPosesBecomePicturesAndTheirCameras() throws IOException {
    PlanRun.Finished run = run(Map.of());

    Map<String, byte[]> files = new HashMap<>();
    run.files().files().forEach(file -> files.put(file.name(), file.bytes()));
    assertEquals(
        Set.of("view-001.png", "view-002.png", "view-003.png", "cameras.json", "views.png"),
        files.keySet());
    assertEquals(32, ImageIO.read(new ByteArrayInputStream(files.get("view-002.png"))).getWidth());
    JsonNode cameras = JsonCodec.mapper().readTree(files.get("cameras.json"));
    assertEquals(3, cameras.get("views").size());
    JsonNode second = cameras.at("/views/1");
    assertEquals("view-002.png", second.get("file").asText());
    assertEquals(180, second.get("azimuthDeg").asDouble(), 1e-9);
    assertEquals(40, second.get("elevationDeg").asDouble(), 1e-9);
    assertEquals(1.8, second.get("radius").asDouble(), 1e-9);
    assertEquals(3, second.get("cameraToWorld").size());
    assertEquals("zero123-xl", run.files().models().getFirst().name());
    assertEquals(64, run.files().models().getFirst().sha256().length());
  }

  @Test
  void aViewIsTheSameWhateverIsDenoisedBesideIt() {
    float[] together = latents(run(Map.of("denoise.batch", "3")));
    float[] apart = latents(run(Map.of("denoise.batch", "1")));

    assertArrayEquals(together, apart, 1e-4f);
  }

  @Test
  void aSmallerBatchAfterMemoryWasExhaustedGoesOnFromTheSameState() {
    JobRequest request = request(Map.of("denoise.batch", "3"));
    TaskInput input = denoising(new StepTasks(TinyJob.context(device)), request);
    TaskInput treated = input.with(Set.of(Remedy.SMALLER_BATCH));
    assertEquals(
        Optional.of(Remedy.SMALLER_BATCH), Remedy.against(JobFailure.Code.DEVICE_OOM, input));

    float[] apart;
    try (StepTask before = opener().open(input, Optional.empty())) {
      before.step();
      try (StepTask after = opener().open(treated, Optional.of(before.snapshot()))) {
        assertEquals(1, after.nextStep());
        assertEquals(before.totalSteps(), after.totalSteps());
        apart = finished(after);
      }
    }

    assertArrayEquals(latents(run(Map.of("denoise.batch", "3"))), apart, 1e-4f);
  }

  @Test
  void whenTimeIsUpTheViewsOfTheBatchesThatAreDoneAreDelivered() throws IOException {
    Map<String, String> twoBatches = Map.of("denoise.batch", "2", "denoise.steps", "2");
    float[] all = latents(run(twoBatches));
    JobRequest request = request(twoBatches);
    TaskInput input = denoising(opener(), request);
    byte[] latents;
    try (StepTask denoising = opener().open(input, Optional.empty())) {
      denoising.step();
      assertFalse(denoising.isUsable());
      denoising.step();
      denoising.step(); // the first of the second batch
      assertTrue(denoising.isUsable());
      latents = ((TaskResult.Tensors) denoising.result()).payload();
    }
    TaskInput showing =
        new TaskInput(
            Plans.of(request).tasks().getLast(),
            request,
            new byte[0],
            Map.of("encode", input.tensors().get("encode"), "denoise", latents));

    TaskResult.Files files;
    try (StepTask views = opener().open(showing, Optional.empty())) {
      assertEquals(2, views.totalSteps());
      views.step();
      views.step();
      files = (TaskResult.Files) views.result();
    }

    try (SafeTensors file = SafeTensors.of("latents", latents)) {
      float[] first = file.floats("latents");
      assertArrayEquals(Arrays.copyOf(all, all.length / 3 * 2), first);
    }
    assertEquals(
        List.of("view-001.png", "view-002.png", "cameras.json", "views.png"),
        files.files().stream().map(TaskResult.NamedFile::name).toList());
    assertEquals(2, JsonCodec.mapper().readTree(files.files().get(2).bytes()).get("views").size());
  }

  @Test
  void theAuthorsOwnCountOfStepsIsAnotherSampler() {
    StepTasks opener = new StepTasks(TinyJob.context(device));
    assertEquals(3 * 2, denoisingSteps(opener, Map.of("denoise.steps", "3")));

    // A stride of 13 of 1000 ticks makes 77 steps, of which it leaves the highest out.
    assertEquals(
        76 * 2,
        denoisingSteps(opener, Map.of("denoise.steps", "75", "denoise.sampler", "original")));
  }

  @Test
  void aPictureBecomesAWholeMeshWithDecodedColours() {
    JobRequest request = TinyJob.request(Methods.ZERO123_3D, TinyJob.ZERO123_3D_PARAMETERS);

    PlanRun.Finished run =
        (PlanRun.Finished)
            PlanRun.of(
                new StepTasks(TinyJob.context(device)),
                Plans.of(request),
                request,
                TinyJob.picture());

    assertEquals(1.0, run.files().quality().get("mesh.watertight"));
    AssetMesh mesh = GlbReader.read(run.files().files().getFirst().bytes());
    assertTrue(mesh.mesh().faceCount() > 50, () -> "faces: " + mesh.mesh().faceCount());
    float largest = 0;
    for (float coordinate : mesh.mesh().positions()) {
      largest = Math.max(largest, Math.abs(coordinate));
    }
    // The box of +-1 seen from 2 is one of +-0.85 seen from the requested 1.7.
    assertTrue(largest > 0.3 && largest < 0.86, "extent: " + largest);
    for (float colour : mesh.colours()) {
      assertTrue(colour >= 0 && colour <= 1, "colour: " + colour);
    }
  }

  @Test
  void aThresholdAboveEveryDensityIsToldBesideTheDensest() {
    Map<String, String> parameters = new HashMap<>(TinyJob.ZERO123_3D_PARAMETERS);
    parameters.put("mesh.threshold", "900");
    JobRequest request = TinyJob.request(Methods.ZERO123_3D, parameters);

    PlanRun.Stopped stopped =
        (PlanRun.Stopped)
            PlanRun.of(
                new StepTasks(TinyJob.context(device)),
                Plans.of(request),
                request,
                TinyJob.picture());

    assertEquals(JobFailure.Code.EMPTY_MESH, stopped.failure().code());
    assertTrue(stopped.failure().message().startsWith("mesh.threshold: 900.0 times the mean"));
  }

  @Test
  void aPoseOverThePoleIsRefusedBeforeTheModelIsLoaded() {
    StepTasks opener = new StepTasks(context(Path.of("nowhere")));

    JobFailure failure = refusal(opener, request(Map.of("poses", "0/10/0,-80/0/0")));

    assertEquals(JobFailure.Code.INVALID_REQUEST, failure.code());
    assertTrue(failure.message().contains("-80.0/0.0/0.0 leads to an elevation of 100.0 degrees"));
  }

  @Test
  void aFolderThatIsNotWholeIsRefusedByFileAndFix(@TempDir Path partial) throws IOException {
    try (Stream<Path> files = Files.walk(TinyJob.ZERO123.directory())) {
      for (Path file : files.toList()) {
        Path copy = partial.resolve(TinyJob.ZERO123.directory().relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    Path weights = partial.resolve("unet/diffusion_pytorch_model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    StepTasks opener = new StepTasks(context(partial));

    Files.delete(weights);
    JobFailure missing = refusal(opener, request(Map.of()));
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    JobFailure truncated = refusal(opener, request(Map.of()));
    Files.write(weights, withNaN(whole));
    JobFailure spoilt = refusal(opener, request(Map.of()));
    Files.write(weights, whole);

    assertEquals(JobFailure.Code.MODEL_UNUSABLE, missing.code());
    assertTrue(missing.message().contains("diffusion_pytorch_model.safetensors"));
    assertEquals(JobFailure.Code.MODEL_UNUSABLE, truncated.code());
    assertTrue(truncated.message().contains("diffusion_pytorch_model.safetensors"));
    assertEquals(JobFailure.Code.MODEL_UNUSABLE, spoilt.code());
    assertTrue(spoilt.message().contains("not finite (expected: finite numbers"));
    opener.open(encode(request(Map.of())), Optional.empty()).close();
  }

  /** The last four bytes of the file are the last weight, float32. */
  private static byte[] withNaN(byte[] whole) {
    byte[] spoilt = whole.clone();
    spoilt[spoilt.length - 1] = 0x7f;
    spoilt[spoilt.length - 2] = (byte) 0xc0;
    return spoilt;
  }

  private JobFailure refusal(StepTasks opener, JobRequest request) {
    return assertThrows(
            UnopenableTaskException.class, () -> opener.open(encode(request), Optional.empty()))
        .failure();
  }

  private static TaskInput encode(JobRequest request) {
    return new TaskInput(
        Plans.of(request).tasks().getFirst(), request, TinyJob.picture(), Map.of());
  }

  private TaskContext context(Path folder) {
    TaskContext known = TinyJob.context(device);
    RegisteredModel model =
        new RegisteredModel(
            "zero123-xl", folder, RegisteredModel.Kind.ZERO123, "none", Map.of(), List.of());
    return new TaskContext(
        device,
        known.prior(),
        known.priorUse(),
        new PretrainedModels(device, List.of(model), PrintOptions.PLAIN),
        Map.of());
  }

  private static long denoisingSteps(StepTasks opener, Map<String, String> more) {
    try (StepTask task = opener.open(denoising(opener, request(more)), Optional.empty())) {
      return task.totalSteps();
    }
  }

  private StepTasks opener() {
    return new StepTasks(TinyJob.context(device));
  }

  private static TaskInput denoising(StepTasks opener, JobRequest request) {
    try (StepTask task = opener.open(encode(request), Optional.empty())) {
      task.step();
      byte[] encoded = ((TaskResult.Tensors) task.result()).payload();
      return new TaskInput(
          Plans.of(request).tasks().get(1), request, new byte[0], Map.of("encode", encoded));
    }
  }

  private static float[] finished(StepTask task) {
    while (task.nextStep() < task.totalSteps()) {
      assertEquals(StepOutcome.Advanced.WITHOUT_LOSS, task.step());
    }
    byte[] payload = ((TaskResult.Tensors) task.result()).payload();
    try (SafeTensors file = SafeTensors.of("latents", payload)) {
      return file.floats("latents");
    }
  }

  private PlanRun.Finished run(Map<String, String> more) {
    JobRequest request = request(more);
    return (PlanRun.Finished)
        PlanRun.of(
            new StepTasks(TinyJob.context(device)), Plans.of(request), request, TinyJob.picture());
  }

  private static JobRequest request(Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(TinyJob.ZERO123_PARAMETERS);
    parameters.putAll(more);
    return TinyJob.request(Methods.ZERO123, parameters);
  }

  private static float[] latents(PlanRun.Finished run) {
    try (SafeTensors file = SafeTensors.of("latents", run.tensors().get("denoise"))) {
      return file.floats("latents");
    }
  }
}
