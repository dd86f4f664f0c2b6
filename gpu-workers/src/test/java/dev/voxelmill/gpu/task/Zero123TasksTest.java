package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.plan.Plans;
import dev.voxelmill.protocols.topic.JsonCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Zero-1-to-3 from a picture to views, over a folder of random weights. */
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
    JobRequest request = TinyJob.zero123(Map.of("denoise.batch", "3"));
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
    JobRequest request = TinyJob.zero123(twoBatches);
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

  private static long denoisingSteps(StepTasks opener, Map<String, String> more) {
    try (StepTask task = opener.open(denoising(opener, TinyJob.zero123(more)), Optional.empty())) {
      return task.totalSteps();
    }
  }

  private StepTasks opener() {
    return new StepTasks(TinyJob.context(device));
  }

  private static TaskInput denoising(StepTasks opener, JobRequest request) {
    try (StepTask task = opener.open(TinyJob.encoding(request), Optional.empty())) {
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
    JobRequest request = TinyJob.zero123(more);
    return (PlanRun.Finished)
        PlanRun.of(
            new StepTasks(TinyJob.context(device)), Plans.of(request), request, TinyJob.picture());
  }

  private static float[] latents(PlanRun.Finished run) {
    try (SafeTensors file = SafeTensors.of("latents", run.tensors().get("denoise"))) {
      return file.floats("latents");
    }
  }
}
