package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Collects tensors and writes them as safetensors, equal contents as equal bytes.
 *
 * <p>Tensors are laid out by falling element size, then by name, so that each is aligned; metadata
 * is sorted; the header is padded with spaces to a multiple of eight. Values are copied when they
 * are added: what happens to an array afterwards does not matter.
 */
public final class SafeTensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

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

  /**
   * Writes a file: aside first, forced to the disk, then moved into place, so that a reader finds
   * the old file or the new one and never a part.
   */
  public void writeTo(Path file) {
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        for (ByteBuffer part : parts()) {
          while (part.hasRemaining()) {
            channel.write(part);
          }
        }
        channel.force(true);
      }
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
    byte[] json = header(layout);
    int padded = Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT;
    ByteBuffer head =
        ByteBuffer.allocate(Math.addExact(Long.BYTES, padded)).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(head.flip());
    layout.forEach(tensor -> parts.add(tensor.bytes().duplicate()));
    return parts;
  }

  private byte[] header(List<Tensor> layout) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> line : metadata.entrySet()) {
          json.writeStringField(line.getKey(), line.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Tensor tensor : layout) {
        long end = begin + tensor.bytes().remaining();
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.type().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape().getShape(), 0, tensor.shape().dimension());
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a header to memory", e);
    }
    return out.toByteArray();
  }
}
