package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects tensors and writes them as safetensors, equal contents as equal bytes.
 *
 * <p>Tensors are laid out by falling element size, then by name, so that each is aligned; metadata
 * is sorted. Values are copied when they are added: what happens to an array afterwards does not
 * matter.
 */
public final class SafeTensorsWriter {
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final SortedMap<String, String> metadata = new TreeMap<>();

  private record Tensor(String name, StoredType type, Shape shape, ByteBuffer bytes) {}

  /** Adds the array's present values. */
  public SafeTensorsWriter add(String name, NDArray array) {
    DeviceThread.require();
    StoredType type = StoredType.of(array.getDataType());
    ByteBuffer bytes =
        array.getShape().size() == 0 ? ByteBuffer.allocate(0) : array.toByteBuffer(false);
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    return put(new Tensor(name, type, array.getShape(), copy));
  }

  /** Adds a float32 tensor of that shape. */
  public SafeTensorsWriter add(String name, float[] values, long... shape) {
    Shape dims = new Shape(shape);
    if (dims.size() != values.length) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values (expected: those of shape " + dims + ")");
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return put(new Tensor(name, StoredType.F32, dims, bytes));
  }

  /** Adds one line of metadata. */
  public SafeTensorsWriter metadata(String key, String value) {
    if (metadata.put(key, value) != null) {
      throw new IllegalArgumentException("metadata: " + key + " (expected: each key once)");
    }
    return this;
  }

  public byte[] toBytes() {
    List<ByteBuffer> parts = parts();
    int size = parts.stream().mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact);
    ByteBuffer all = ByteBuffer.allocate(size);
    parts.forEach(all::put);
    return all.array();
  }

  /** Writes a file, whole or not at all. */
  public void writeTo(Path file) {
    try {
      WholeFile.write(
          file,
          channel -> {
            for (ByteBuffer part : parts()) {
              WholeFile.drain(part, channel);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private SafeTensorsWriter put(Tensor tensor) {
    if (tensor.name().equals("__metadata__")) {
      throw new IllegalArgumentException(
          "name: __metadata__ (expected: another, the format keeps it; fix: metadata(key, value))");
    }
    if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
      throw new IllegalArgumentException("name: " + tensor.name() + " (expected: each name once)");
    }
    return this;
  }

  private List<ByteBuffer> parts() {
    List<Tensor> layout = new ArrayList<>(tensors.values());
    layout.sort(Comparator.comparingInt((Tensor tensor) -> -tensor.type().bytes()));
    SafeTensorsHead head = new SafeTensorsHead(metadata);
    for (Tensor tensor : layout) {
      long[] shape = tensor.shape().getShape();
      head.tensor(tensor.name(), tensor.type().name(), shape, tensor.bytes().remaining());
    }
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(head.finish());
    layout.forEach(tensor -> parts.add(tensor.bytes().duplicate()));
    return parts;
  }
}
