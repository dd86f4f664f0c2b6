package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.models.PretrainedModels;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.job.JobRequest;
import dev.voxelmill.protocols.model.RegisteredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Zero-1-to-3 cannot make is refused before anything is computed, with the cause. */
@OnDeviceThread
class Zero123RefusalTest {
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
  void aPoseOverThePoleIsRefusedBeforeTheModelIsLoaded() {
    StepTasks opener = new StepTasks(context(Path.of("nowhere")));

    JobFailure failure = refusal(opener, TinyJob.zero123(Map.of("poses", "0/10/0,-80/0/0")));

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
    JobFailure missing = refusal(opener, TinyJob.zero123(Map.of()));
    Files.write(weights, Arrays.copyOf(whole, whole.length / 2));
    JobFailure truncated = refusal(opener, TinyJob.zero123(Map.of()));
    Files.write(weights, withNaN(whole));
    JobFailure spoilt = refusal(opener, TinyJob.zero123(Map.of()));
    Files.write(weights, whole);

    assertEquals(JobFailure.Code.MODEL_UNUSABLE, missing.code());
    assertTrue(missing.message().contains("diffusion_pytorch_model.safetensors"));
    assertEquals(JobFailure.Code.MODEL_UNUSABLE, truncated.code());
    assertTrue(truncated.message().contains("diffusion_pytorch_model.safetensors"));
    assertEquals(JobFailure.Code.MODEL_UNUSABLE, spoilt.code());
    assertTrue(spoilt.message().contains("not finite (expected: finite numbers"));
    opener.open(TinyJob.encoding(TinyJob.zero123(Map.of())), Optional.empty()).close();
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
            UnopenableTaskException.class,
            () -> opener.open(TinyJob.encoding(request), Optional.empty()))
        .failure();
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
}
