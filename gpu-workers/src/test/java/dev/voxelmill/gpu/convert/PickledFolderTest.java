package dev.voxelmill.gpu.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.convert.Conversion.Converted;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import dev.voxelmill.gpu.models.ModelFolder;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded folder whose weights were pickled becomes the recorded folder. */
class PickledFolderTest {
  private static final Path RECORDED =
      FixtureCases.of("zero123plus_pipeline").getFirst().directory().resolve("pipeline");
  private static final Conversion.Options OPTIONS =
      new Conversion.Options(true, Optional.empty(), Optional.empty());

  @TempDir Path work;
  private Path source;
  private Path out;
  private int tensors;

  @BeforeEach
  void pickle() throws IOException {
    source = work.resolve("pickled");
    out = work.resolve("out");
    for (Path file : files(RECORDED)) {
      Path copy = source.resolve(file);
      Files.createDirectories(copy.getParent());
      if (file.toString().endsWith(".safetensors")) {
        Map<String, FixtureTensor> weights = OriginalFile.weights(RECORDED.resolve(file));
        tensors += weights.size();
        boolean tower = file.endsWith("model.safetensors");
        String name = tower ? "pytorch_model.bin" : "diffusion_pytorch_model.bin";
        state(weights).writeState(copy.resolveSibling(name));
      } else {
        Files.copy(RECORDED.resolve(file), copy);
      }
    }
  }

  @Test
  void everyWeightAndSettingIsThatOfTheFolder() throws IOException {
    Converted made = Conversion.convert(source, out, OPTIONS);

    assertEquals(files(RECORDED), files(out));
    for (Path file : files(RECORDED)) {
      if (file.toString().endsWith(".safetensors")) {
        requireSame(
            OriginalFile.weights(RECORDED.resolve(file)), OriginalFile.weights(out.resolve(file)));
      } else {
        assertArrayEquals(
            Files.readAllBytes(RECORDED.resolve(file)), Files.readAllBytes(out.resolve(file)));
      }
    }
    assertEquals(new Converted(tensors, List.of()), made);
    assertEquals(List.of(), ModelFolder.of(out).missing());
  }

  @Test
  void theSameFolderGetsSafetensorsBesideItsPickles() throws IOException {
    Conversion.convert(source, source, OPTIONS);

    assertTrue(Files.exists(source.resolve("unet/diffusion_pytorch_model.bin")));
    requireSame(
        OriginalFile.weights(RECORDED.resolve("unet/diffusion_pytorch_model.safetensors")),
        OriginalFile.weights(source.resolve("unet/diffusion_pytorch_model.safetensors")));
  }

  @Test
  void shardsStayShardsUnderTheirIndex() throws IOException {
    Path folder = Files.createDirectory(work.resolve("sharded"));
    Map<String, FixtureTensor> all =
        OriginalFile.weights(RECORDED.resolve("text_encoder/model.safetensors"));
    TorchFile first = new TorchFile();
    TorchFile second = new TorchFile();
    List<String> placed = new ArrayList<>();
    all.forEach(
        (name, tensor) -> {
          boolean one = placed.size() % 2 == 0;
          (one ? first : second).put(name, tensor);
          placed.add("\"%s\": \"pytorch_model-0000%d-of-00002.bin\"".formatted(name, one ? 1 : 2));
        });
    first.writeState(folder.resolve("pytorch_model-00001-of-00002.bin"));
    second.writeState(folder.resolve("pytorch_model-00002-of-00002.bin"));
    Files.writeString(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {" + String.join(", ", placed) + "}}");

    Conversion.convert(folder, out, OPTIONS);

    try (WeightFolder weights = WeightFolder.open(out, WeightFolder.TRANSFORMERS)) {
      assertEquals(all.keySet(), weights.entries().keySet());
      assertEquals(2, weights.files().size());
    }
  }

  /** Convolutions of networks that were trained with channels last. */
  @Test
  void numbersInAnotherOrderAreWrittenRowByRow() throws IOException {
    Path folder = Files.createDirectory(work.resolve("last"));
    new TorchFile()
        .put("conv.weight", counted(2, 3, 2, 2), List.of(12, 1, 6, 3))
        .writeState(folder.resolve("diffusion_pytorch_model.bin"));

    Conversion.convert(folder, out, OPTIONS);

    FixtureTensor found =
        OriginalFile.weights(out.resolve("diffusion_pytorch_model.safetensors")).get("conv.weight");
    assertEquals(List.of(2, 3, 2, 2), found.shape());
    float[] rows = found.floats();
    for (int i = 0; i < rows.length; i++) {
      int pixel = i % 4;
      int channel = i / 4 % 3;
      int filter = i / 12;
      assertEquals(12 * filter + 3 * pixel + channel, rows[i], 0);
    }
  }

  @Test
  void whatBelongsToTrainingIsLeftOutAndSaid() throws IOException {
    Files.write(source.resolve("optimizer.bin"), new byte[] {1});
    Files.createDirectories(source.resolve(".git"));
    Files.write(source.resolve(".git/config"), new byte[] {1});

    Converted made = Conversion.convert(source, out, OPTIONS);

    assertEquals(List.of("left out: optimizer.bin"), made.notes());
    assertEquals(files(RECORDED), files(out));
  }

  @Test
  void oneProgramAmongThePicklesRefusesAllOfThem() throws IOException {
    Path trace = work.resolve("trace");
    Path hostile = source.resolve("vae/diffusion_pytorch_model.bin");
    TorchFile.archive(hostile, TorchFile.program("touch " + trace), Map.of());

    CheckpointException refusal =
        assertThrows(CheckpointException.class, () -> Conversion.convert(source, out, OPTIONS));

    assertEquals("name", refusal.key());
    assertTrue(String.valueOf(refusal.getMessage()).startsWith(hostile.toString()));
    assertFalse(Files.exists(trace));
    assertFalse(Files.exists(out));
  }

  @Test
  void aFolderWithoutPicklesIsRefused() {
    CheckpointException refusal =
        assertThrows(CheckpointException.class, () -> Conversion.convert(RECORDED, out, OPTIONS));

    assertTrue(String.valueOf(refusal.getMessage()).contains("diffusion_pytorch_model.bin"));
  }

  /** A tensor whose storage holds 0, 1, 2 and so on. */
  private static FixtureTensor counted(Integer... shape) {
    int count = List.of(shape).stream().reduce(1, Math::multiplyExact);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(i);
    }
    return new FixtureTensor("counted", "F32", List.of(shape), bytes.flip());
  }

  private static TorchFile state(Map<String, FixtureTensor> weights) {
    TorchFile file = new TorchFile();
    weights.forEach(file::put);
    return file;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }

  private static void requireSame(
      Map<String, FixtureTensor> wanted, Map<String, FixtureTensor> found) {
    assertEquals(wanted.keySet(), found.keySet());
    wanted.forEach(
        (name, tensor) -> {
          assertEquals(tensor.shape(), found.get(name).shape(), name);
          assertArrayEquals(tensor.floats(), found.get(name).floats(), name);
        });
  }
}
