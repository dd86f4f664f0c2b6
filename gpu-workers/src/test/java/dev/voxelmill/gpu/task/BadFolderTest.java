package dev.voxelmill.gpu.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.protocols.job.JobFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder that will not do is a typed failure that names the file and the key, before the first
 * step of a job; the process goes on, and uses the folder once it is mended.
 */
@OnDeviceThread
class BadFolderTest {
  private static final String UNET = "unet/diffusion_pytorch_model.safetensors";

  @TempDir Path directory;

  /** How a folder is spoilt, and what the failure must say. */
  record Damage(String what, Spoiling spoiling, List<String> words) {
    @Override
    public String toString() {
      return what;
    }
  }

  interface Spoiling {
    void spoil(Path folder) throws IOException;
  }

  static Stream<Damage> damages() {
    return Stream.of(
        new Damage("no folder", BadFolderTest::deleteAll, List.of("folder: missing", "fix: fetch")),
        new Damage(
            "a folder of something else",
            folder ->
                replaced(
                    folder.resolve("model_index.json"), "Zero123PlusPipeline", "OtherPipeline"),
            List.of("model_index.json: _class_name: OtherPipeline")),
        new Damage(
            "a partial folder",
            folder -> Files.delete(folder.resolve("vae/diffusion_pytorch_model.safetensors")),
            List.of("vae: diffusion_pytorch_model.safetensors: missing")),
        new Damage(
            "no tokenizer",
            folder -> Files.delete(folder.resolve("tokenizer/merges.txt")),
            List.of("merges.txt: file: missing")),
        new Damage(
            "no scheduler",
            folder -> Files.delete(folder.resolve("scheduler/scheduler_config.json")),
            List.of("scheduler_config.json: file: missing")),
        new Damage(
            "a truncated file",
            folder -> cut(folder.resolve(UNET)),
            List.of(UNET, "fix: fetch the file again")),
        new Damage(
            "a weight that is no number",
            folder -> lastFloat(folder.resolve(UNET), Float.NaN),
            List.of("unet: ", "not finite", "expected: finite numbers")),
        new Damage(
            "an unknown class",
            folder ->
                replaced(folder.resolve("unet/config.json"), "UNet2DConditionModel", "UNet3D"),
            List.of("unet/config.json: _class_name: UNet3D")),
        new Damage(
            "an unsupported block",
            folder ->
                replaced(folder.resolve("unet/config.json"), "CrossAttnDownBlock2D", "AttnBlock"),
            List.of("unet/config.json: down_block_types: AttnBlock")),
        new Damage(
            "a network of another size",
            folder ->
                replaced(
                    folder.resolve("unet/config.json"),
                    "\"cross_attention_dim\" : 32",
                    "\"cross_attention_dim\" : 16"),
            List.of("mis-shaped")));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aFolderThatWillNotDoIsATypedFailureBeforeTheFirstStep(Damage damage) throws IOException {
    Path folder = TinyCanvas.write(directory);
    damage.spoiling().spoil(folder);
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      StepTasks tasks = new StepTasks(TinyCanvas.context(device, folder));

      UnopenableTaskException refused =
          assertThrows(
              UnopenableTaskException.class,
              () -> tasks.open(TinyCanvas.condition(), Optional.empty()));

      JobFailure failure = refused.failure();
      assertEquals(JobFailure.Code.MODEL_UNUSABLE, failure.code());
      assertFalse(failure.retryable());
      for (String word : damage.words()) {
        assertTrue(failure.message().contains(word), failure.message());
      }
    }
  }

  @Test
  void aFolderThatWasMendedIsUsedByTheNextJobOfTheSameProcess() throws IOException {
    Path folder = TinyCanvas.write(directory);
    Path config = folder.resolve("unet/config.json");
    byte[] whole = Files.readAllBytes(config);
    Files.delete(config);
    try (NDManager device = Torch.start(TorchOptions.cpu()).newScope()) {
      StepTasks tasks = new StepTasks(TinyCanvas.context(device, folder));
      assertThrows(
          UnopenableTaskException.class,
          () -> tasks.open(TinyCanvas.condition(), Optional.empty()));

      Files.write(config, whole);

      try (StepTask task = tasks.open(TinyCanvas.condition(), Optional.empty())) {
        assertEquals(StepOutcome.Advanced.WITHOUT_LOSS, task.step());
      }
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void replaced(Path file, String from, String to) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(from), text);
    Files.writeString(file, text.replace(from, to));
  }

  private static void cut(Path file) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(opened.length() / 2);
    }
  }

  /** Files are little-endian float32 and end with their last tensor. */
  private static void lastFloat(Path file, float value) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.seek(opened.length() - Float.BYTES);
      opened.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(value)));
    }
  }
}
