package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnDeviceThread
class SafeTensorsTest {
  private NDManager root;

  @BeforeEach
  void open() {
    root = Torch.start(TorchOptions.cpu()).newScope();
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void everyTypeComesBackAsItWent(@TempDir Path directory) {
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("license", "Apache-2.0");
    for (DataType type :
        List.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.FLOAT64,
            DataType.INT64,
            DataType.INT32,
            DataType.UINT8,
            DataType.BOOLEAN)) {
      writer.add(type.toString(), root.arange(6).reshape(2, 3).toType(type, true));
    }
    Path file = directory.resolve("all.safetensors");
    writer.writeTo(file);

    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertEquals(Map.of("license", "Apache-2.0"), tensors.metadata());
      assertEquals(7, tensors.entries().size());
      tensors
          .readAll(root)
          .forEach(
              (name, array) -> {
                DataType type = DataType.valueOf(name.toUpperCase(Locale.ROOT));
                NDArray expected = root.arange(6).reshape(2, 3).toType(type, true);
                assertEquals(type, array.getDataType());
                assertEquals(new Shape(2, 3), array.getShape());
                assertTrue(expected.contentEquals(array), name);
              });
    }
  }

  @Test
  void scalarsAndEmptyTensorsComeBackToo() {
    byte[] bytes =
        new SafeTensorsWriter()
            .add("scalar", root.create(2.5f))
            .add("empty", root.create(new Shape(0, 4)))
            .toBytes();

    try (SafeTensors tensors = SafeTensors.of("memory", bytes)) {
      assertEquals(2.5f, tensors.read(root, "scalar").getFloat());
      assertEquals(new Shape(), tensors.read(root, "scalar").getShape());
      assertEquals(new Shape(0, 4), tensors.read(root, "empty").getShape());
    }
  }

  @Test
  void aTransposedArrayIsWrittenInTheOrderItShows() {
    NDArray transposed = root.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)).transpose();

    byte[] bytes = new SafeTensorsWriter().add("t", transposed).toBytes();

    try (SafeTensors tensors = SafeTensors.of("memory", bytes)) {
      assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, tensors.read(root, "t").toFloatArray());
    }
  }

  @Test
  void bfloat16IsWidenedWithoutLoss() {
    // 1, -2.5, the largest finite and the smallest subnormal bfloat16, infinity
    short[] halves = {0x3F80, (short) 0xC020, 0x7F7F, 0x0001, 0x7F80};
    ByteBuffer values = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    values.asShortBuffer().put(halves);
    String header = "{\"b\":{\"dtype\":\"BF16\",\"shape\":[5],\"data_offsets\":[0,10]}}";

    try (SafeTensors tensors = SafeTensors.of("memory", file(header, values.array()))) {
      float[] widened = tensors.read(root, "b").toFloatArray();

      for (int i = 0; i < halves.length; i++) {
        assertEquals(halves[i] << 16, Float.floatToRawIntBits(widened[i]));
      }
    }
  }

  @Test
  void aCopyBelongsToTheScopeAlone(@TempDir Path directory) {
    Path file = directory.resolve("w.safetensors");
    new SafeTensorsWriter().add("w", new float[] {1, 2}, 2).writeTo(file);
    int owned = root.getManagedArrays().size();

    try (NDManager scope = root.newSubManager();
        SafeTensors tensors = SafeTensors.open(file)) {
      NDArray copy = tensors.read(scope, "w");
      copy.addi(1);

      assertArrayEquals(new float[] {2, 3}, copy.toFloatArray());
      assertArrayEquals(new float[] {1, 2}, tensors.read(scope, "w").toFloatArray());
      assertEquals(2, scope.getManagedArrays().size());
    }
    assertEquals(owned, root.getManagedArrays().size());
  }

  @Test
  void aMappedTensorStaysValidWhenItsFileIsClosedAndReplaced(@TempDir Path directory) {
    Path file = directory.resolve("w.safetensors");
    new SafeTensorsWriter().add("w", new float[] {1, 2}, 2).writeTo(file);
    NDArray mapped;
    try (SafeTensors tensors = SafeTensors.open(file)) {
      mapped = tensors.map(root, "w");
    }

    new SafeTensorsWriter().add("w", new float[] {8, 9}, 2).writeTo(file);

    assertArrayEquals(new float[] {1, 2}, mapped.toFloatArray());
  }

  @Test
  void equalContentsAreEqualBytesInAnyOrderOfAdding() throws IOException {
    byte[] one =
        new SafeTensorsWriter()
            .add("b", new float[] {1}, 1)
            .add("a", new float[] {2}, 1)
            .add("d", root.create(new double[] {3}))
            .metadata("y", "1")
            .metadata("x", "2")
            .toBytes();
    byte[] other =
        new SafeTensorsWriter()
            .metadata("x", "2")
            .metadata("y", "1")
            .add("d", root.create(new double[] {3}))
            .add("a", new float[] {2}, 1)
            .add("b", new float[] {1}, 1)
            .toBytes();

    assertArrayEquals(one, other);
    try (SafeTensors tensors = SafeTensors.of("memory", one)) {
      assertEquals(List.of("d", "a", "b"), List.copyOf(tensors.entries().keySet()));
      assertEquals(List.of("x", "y"), List.copyOf(tensors.metadata().keySet()));
    }
    assertEquals(0, ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8);
  }

  @Test
  void aFileIsTheSameBytesAsItsArray(@TempDir Path directory) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter().add("w", new float[] {1, 2, 3}, 3);
    Path file = directory.resolve("w.safetensors");

    writer.writeTo(file);

    assertArrayEquals(writer.toBytes(), Files.readAllBytes(file));
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void anUnknownNameIsAnError() {
    byte[] bytes = new SafeTensorsWriter().add("w", new float[] {1}, 1).toBytes();

    try (SafeTensors tensors = SafeTensors.of("memory", bytes)) {
      assertThrows(NoSuchElementException.class, () -> tensors.read(root, "v"));
    }
  }

  @Test
  void aTruthValueThatIsNeitherIsRefusedWhenRead() {
    String header = "{\"b\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}";

    try (SafeTensors tensors = SafeTensors.of("memory", file(header, new byte[] {1, 2}))) {
      SafeTensorsException refusal =
          assertThrows(SafeTensorsException.class, () -> tensors.read(root, "b"));

      assertEquals("b", refusal.key());
    }
  }

  private static byte[] file(String header, byte[] values) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(values)
        .array();
  }
}
