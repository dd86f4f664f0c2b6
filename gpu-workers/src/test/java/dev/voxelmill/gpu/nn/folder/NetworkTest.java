package dev.voxelmill.gpu.nn.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.nn.script.ParameterShapes;
import dev.voxelmill.gpu.nn.script.Precision;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import dev.voxelmill.gpu.nn.script.ScriptClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class NetworkTest {
  private static final float[] MATRIX = {1, 2, 3, 4};
  private static final float[] BIAS = {10, 20};
  private static final float[] ANSWER = {15, 31};

  @TempDir Path folder;

  @Test
  void oneFileAndShardsGiveTheSameNetwork() throws IOException {
    whole("model.safetensors");
    assertArrayEquals(ANSWER, answer(Precision.FLOAT32));

    Files.delete(folder.resolve("model.safetensors"));
    new SafeTensorsWriter()
        .add("out.weight", MATRIX, 2, 2)
        .writeTo(folder.resolve("model-00001-of-00002.safetensors"));
    new SafeTensorsWriter()
        .add("out.bias", BIAS, 2)
        .writeTo(folder.resolve("model-00002-of-00002.safetensors"));
    index("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");

    assertArrayEquals(ANSWER, answer(Precision.FLOAT32));
  }

  @Test
  void theOnlyVariantServesAndAmongSeveralNoneDoes() {
    whole("model.fp16.safetensors");
    assertArrayEquals(ANSWER, answer(Precision.FLOAT32));

    whole("model.ema.safetensors");

    String message = refusal();
    assertTrue(message.contains("[model.ema.safetensors, model.fp16.safetensors]"), message);
  }

  @Test
  void halfPrecisionIsWidenedOrKept() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      NDArray half = scope.create(MATRIX, new Shape(2, 2)).toType(DataType.FLOAT16, true);
      new SafeTensorsWriter()
          .add("out.weight", half)
          .add("out.bias", BIAS, 2)
          .writeTo(folder.resolve("model.safetensors"));
    }

    assertArrayEquals(ANSWER, answer(Precision.FLOAT32));
    assertArrayEquals(ANSWER, answer(Precision.BFLOAT16));
  }

  @Test
  void buffersThatNobodyReadsAreIgnoredAndConvolutionsServeAsLinearLayers() {
    new SafeTensorsWriter()
        .add("out.weight", MATRIX, 2, 2, 1, 1)
        .add("out.bias", BIAS, 2)
        .add("text_model.embeddings.position_ids", new float[] {0}, 1)
        .writeTo(folder.resolve("model.safetensors"));

    assertArrayEquals(ANSWER, answer(Precision.FLOAT32));
  }

  @Test
  void whatDoesNotFitIsNamedWithItsNearest() {
    new SafeTensorsWriter()
        .add("out.wieght", MATRIX, 2, 2)
        .add("out.bias", new float[] {1, 2, 3}, 3)
        .writeTo(folder.resolve("model.safetensors"));

    String message = refusal();

    assertTrue(message.contains("1 missing: out.weight (nearest: out.wieght)"), message);
    assertTrue(message.contains("1 unexpected: out.wieght (nearest: out.weight)"), message);
    assertTrue(message.contains("1 mis-shaped: out.bias is F32 (3), not (2)"), message);
  }

  @Test
  void aPickleIsNamedAndNotLoaded() throws IOException {
    Files.writeString(folder.resolve("pytorch_model.bin"), "a program");

    String message = refusal();

    assertTrue(message.contains("there is pytorch_model.bin"), message);
    assertTrue(
        message.contains("./voxelmill models convert; a worker never loads pickles"), message);
  }

  @Test
  void anIndexMayNameOnlyFilesBesideItThatHoldTheTensor() throws IOException {
    index("../elsewhere.safetensors", "b.safetensors");
    assertTrue(refusal().contains("the name of a file beside it"));

    index("a.safetensors", "a.safetensors");
    assertTrue(refusal().contains("every shard of the index"));

    new SafeTensorsWriter()
        .add("out.weight", MATRIX, 2, 2)
        .writeTo(folder.resolve("a.safetensors"));
    assertTrue(refusal().contains("a file that holds the tensor"));
  }

  @Test
  void aTruncatedFileIsRefusedWhenItIsOpened() throws IOException {
    whole("model.safetensors");
    byte[] all = Files.readAllBytes(folder.resolve("model.safetensors"));
    Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(all, all.length - 4));

    String message = refusal();

    assertTrue(message.contains("model.safetensors: "), message);
    assertTrue(message.contains("fix: fetch the file again"), message);
  }

  @Test
  void aWeightThatIsNotFiniteInThePrecisionOfTheNetworkIsNamed() {
    new SafeTensorsWriter()
        .add("out.weight", new float[] {1e6f, 2, 3, 4}, 2, 2)
        .add("out.bias", BIAS, 2)
        .writeTo(folder.resolve("model.safetensors"));

    ModelFolderException refused =
        assertThrows(ModelFolderException.class, () -> answer(Precision.FLOAT16));

    assertEquals("out.weight", refused.key());
  }

  private void whole(String file) {
    new SafeTensorsWriter()
        .add("out.weight", MATRIX, 2, 2)
        .add("out.bias", BIAS, 2)
        .writeTo(folder.resolve(file));
  }

  private void index(String weight, String bias) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"out.weight\": \"%s\", \"out.bias\": \"%s\"}}".formatted(weight, bias));
  }

  private String refusal() {
    return assertThrows(ModelFolderException.class, () -> answer(Precision.FLOAT32)).getMessage();
  }

  private float[] answer(Precision precision) {
    ScriptClass one = new ScriptClass("One", "One layer.", precision, false);
    one.method("x (B, 2) -> (B, 2)", "forward", List.of("x: Tensor"), "Tensor")
        .line("return torch.to(self.linear(self.entering(x), \"out\"), 6)");
    PrintedNetwork printed =
        new PrintedNetwork(one.source(), new ParameterShapes().linear("out", 2, 2).byName());
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Network network =
            Network.load(scope, printed, WeightFolder.open(folder, WeightFolder.TRANSFORMERS))) {
      NDArray x = scope.create(new float[] {1, 2}, new Shape(1, 2));
      return network.callOne(scope, "forward", List.of(Argument.of(x))).toFloatArray();
    }
  }
}
