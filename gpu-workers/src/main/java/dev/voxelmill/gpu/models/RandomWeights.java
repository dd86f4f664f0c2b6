package dev.voxelmill.gpu.models;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.engine.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
  private static final int ALIGNMENT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

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

  /** Writes aside, then moves into place. */
  void write(Path file, Map<String, Shape> parameters) {
    Map<String, Shape> sorted = new TreeMap<>(parameters);
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        drain(channel, header(sorted));
        for (Map.Entry<String, Shape> parameter : sorted.entrySet()) {
          values(channel, parameter.getKey(), parameter.getValue());
        }
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private ByteBuffer header(Map<String, Shape> parameters) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long at = 0;
    for (Map.Entry<String, Shape> parameter : parameters.entrySet()) {
      long end = at + type.bytes() * parameter.getValue().size();
      ObjectNode tensor = header.putObject(parameter.getKey());
      tensor.put("dtype", type.name());
      for (long extent : parameter.getValue().getShape()) {
        tensor.withArray("shape").add(extent);
      }
      tensor.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.hasRemaining()) {
      bytes.put((byte) ' ');
    }
    return bytes.flip();
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
        drain(channel, buffer.flip());
        buffer.clear();
      }
    }
    drain(channel, buffer.flip());
    buffer.clear();
  }

  private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
