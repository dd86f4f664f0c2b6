package dev.voxelmill.gpu.models;

import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.engine.SafeTensorsHead;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.engine.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Writes random parameters as safetensors, a buffer at a time, so that a network of any size needs
 * no memory of its size.
 *
 * <p>Weights are uniform with variance 1 / inputs, which keeps what passes through a layer about as
 * large as it was; normalisations scale by 1, and biases are 0. Equal seeds give equal files.
 */
final class RandomWeights {
  private static final int BUFFER_BYTES = 1 << 20;

  private final StoredType type;
  private final long seed;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * @param type F16 or F32
   */
  RandomWeights(StoredType type, long seed) {
    if (type != StoredType.F16 && type != StoredType.F32) {
      throw new IllegalArgumentException("type: " + type + " (expected: F16 or F32)");
    }
    this.type = type;
    this.seed = seed;
  }

  /** Writes a file, whole or not at all. */
  void write(Path file, Map<String, Shape> parameters) {
    Map<String, Shape> sorted = new TreeMap<>(parameters);
    SafeTensorsHead head = new SafeTensorsHead(Collections.emptySortedMap());
    sorted.forEach(
        (name, shape) ->
            head.tensor(name, type.name(), shape.getShape(), type.bytes() * shape.size()));
    try {
      WholeFile.write(
          file,
          channel -> {
            WholeFile.drain(head.finish(), channel);
            for (Map.Entry<String, Shape> parameter : sorted.entrySet()) {
              values(channel, parameter.getKey(), parameter.getValue());
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private void values(FileChannel channel, String name, Shape shape) throws IOException {
    boolean constant = shape.dimension() == 1 && !name.endsWith("embedding");
    float fixed = name.endsWith(".weight") ? 1 : 0;
    double inputs = shape.dimension() < 2 ? 1 : (double) shape.size() / shape.get(0);
    double spread = Math.sqrt(12 / inputs);
    SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
    for (long i = 0; i < shape.size(); i++) {
      float value = constant ? fixed : (float) ((random.nextDouble() - 0.5) * spread);
      if (type == StoredType.F16) {
        buffer.putShort(Float.floatToFloat16(value));
      } else {
        buffer.putFloat(value);
      }
      if (!buffer.hasRemaining()) {
        WholeFile.drain(buffer.flip(), channel);
        buffer.clear();
      }
    }
    WholeFile.drain(buffer.flip(), channel);
    buffer.clear();
  }
}
