package dev.voxelmill.gpu.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureCases;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Zero123ConversionTest {
  private static final Path PIPELINE =
      FixtureCases.of("zero123_pipeline").getFirst().directory().resolve("pipeline");
  private static final Map<String, Function<String, Piece>> NETWORKS =
      Map.of(
          "unet/diffusion_pytorch_model", name -> LdmNames.unet(name, 1, level -> level == 1),
          "vae/diffusion_pytorch_model", name -> LdmNames.autoencoder(name, 3),
          "image_encoder/model", LdmNames::vision,
          "cc_projection/diffusion_pytorch_model",
              name -> Piece.of(name.replace("projection.", "cc_projection.")));

  @TempDir Path work;

  @Test
  void aPickledCheckpointGivesTheWeightsOfTheFolder() throws IOException {
    Path file = work.resolve("tiny.ckpt");
    original().writeTo(file);

    Zero123Conversion.convert(file, work.resolve("out"), true);

    for (String network : NETWORKS.keySet()) {
      Map<String, FixtureTensor> wanted = weights(PIPELINE, network);
      Map<String, FixtureTensor> found = weights(work.resolve("out"), network);
      assertEquals(wanted.keySet(), found.keySet(), network);
      wanted.forEach(
          (name, tensor) -> {
            assertEquals(tensor.shape(), found.get(name).shape(), name);
            assertArrayEquals(tensor.floats(), found.get(name).floats(), name);
          });
    }
    JsonNode unet = config(work.resolve("out"), "unet");
    JsonNode given = config(PIPELINE, "unet");
    for (Map.Entry<String, JsonNode> setting : unet.properties()) {
      assertEquals(given.get(setting.getKey()), setting.getValue(), setting.getKey());
    }
  }

  @Test
  void aCheckpointThatLacksATensorIsRefusedByItsName() throws IOException {
    Path file = work.resolve("less.ckpt");
    new TorchFile()
        .put(
            "cc_projection.weight",
            weights(PIPELINE, "cc_projection/diffusion_pytorch_model").get("projection.weight"))
        .writeTo(file);

    CheckpointException refusal =
        assertThrows(
            CheckpointException.class,
            () -> Zero123Conversion.convert(file, work.resolve("out"), true));

    assertEquals(true, refusal.key().startsWith("model.diffusion_model."), refusal.key());
  }

  @Test
  void whatIsNoCheckpointIsRefused() throws IOException {
    Path text = Files.writeString(work.resolve("text.ckpt"), "no archive");
    Path empty = work.resolve("empty.ckpt");
    TorchFile.archive(empty, new byte[] {'N', '.'}, Map.of());

    assertThrows(
        CheckpointException.class,
        () -> Zero123Conversion.convert(text, work.resolve("out"), true));
    assertThrows(
        CheckpointException.class,
        () -> Zero123Conversion.convert(empty, work.resolve("out"), true));
  }

  /** The folder's weights under the original names, parts put together and transposed back. */
  private static TorchFile original() {
    TorchFile file = new TorchFile();
    NETWORKS.forEach(
        (network, pieceOf) -> {
          Map<String, List<FixtureTensor>> parts = new java.util.TreeMap<>();
          weights(PIPELINE, network)
              .forEach(
                  (name, tensor) -> {
                    Piece piece = pieceOf.apply(name);
                    List<FixtureTensor> all =
                        parts.computeIfAbsent(piece.source(), source -> new ArrayList<>());
                    while (all.size() < piece.parts()) {
                      all.add(tensor);
                    }
                    all.set(
                        piece.part(),
                        piece.form() == Piece.Form.TRANSPOSED ? transposed(tensor) : tensor);
                  });
          parts.forEach((source, all) -> file.put(source, together(all)));
        });
    return file;
  }

  private static FixtureTensor transposed(FixtureTensor tensor) {
    int rows = tensor.shape().get(0);
    int columns = tensor.shape().get(1);
    float[] from = tensor.floats();
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      to[i % columns * rows + i / columns] = from[i];
    }
    return tensor(List.of(columns, rows), List.of(to));
  }

  private static FixtureTensor together(List<FixtureTensor> parts) {
    List<Integer> shape = new ArrayList<>(parts.getFirst().shape());
    shape.set(0, shape.getFirst() * parts.size());
    return tensor(shape, parts.stream().map(FixtureTensor::floats).toList());
  }

  private static FixtureTensor tensor(List<Integer> shape, List<float[]> parts) {
    int count = parts.stream().mapToInt(part -> part.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    parts.forEach(
        part -> {
          for (float value : part) {
            bytes.putFloat(value);
          }
        });
    return new FixtureTensor("made", "F32", shape, bytes.flip());
  }

  private static Map<String, FixtureTensor> weights(Path folder, String network) {
    Map<String, FixtureTensor> weights =
        FixtureCase.tensors(folder.resolve(network + ".safetensors"));
    weights.keySet().removeIf(name -> name.endsWith("position_ids"));
    return weights;
  }

  private static JsonNode config(Path folder, String part) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(part + "/config.json").toFile());
  }
}
