package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.fixtures.FixtureCase;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Checkpoints of the original code, made of the weights of diffusers folders: the way back, parts
 * put together and transposed.
 */
final class OriginalFile {
  private final TorchFile file = new TorchFile();

  /** The weights of a file of safetensors, less the buffers that old libraries stored. */
  static Map<String, FixtureTensor> weights(Path safetensors) {
    Map<String, FixtureTensor> weights = FixtureCase.tensors(safetensors);
    weights.keySet().removeIf(name -> name.endsWith("position_ids"));
    return weights;
  }

  /** Adds a network under its original names. */
  OriginalFile network(Map<String, FixtureTensor> weights, Function<String, Piece> pieceOf) {
    Map<String, List<FixtureTensor>> parts = new TreeMap<>();
    weights.forEach(
        (name, tensor) -> {
          Piece piece = pieceOf.apply(name);
          List<FixtureTensor> all =
              parts.computeIfAbsent(piece.source(), source -> new ArrayList<>());
          while (all.size() < piece.parts()) {
            all.add(tensor);
          }
          all.set(
              piece.part(), piece.form() == Piece.Form.TRANSPOSED ? transposed(tensor) : tensor);
        });
    parts.forEach((source, all) -> file.put(source, together(all)));
    return this;
  }

  /** Adds a tensor of zeros. */
  OriginalFile zeros(String name, Integer... shape) {
    int count = List.of(shape).stream().reduce(1, Math::multiplyExact);
    file.put(name, tensor(List.of(shape), List.of(new float[count])));
    return this;
  }

  /** Says at which step of training the file was saved. */
  OriginalFile savedAt(int step) {
    file.savedAt(step);
    return this;
  }

  Path writeTo(Path path) throws IOException {
    file.writeTo(path);
    return path;
  }

  /** The same tensors as safetensors. */
  Path writeSafely(Path path) throws IOException {
    file.writeSafely(path);
    return path;
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
}
