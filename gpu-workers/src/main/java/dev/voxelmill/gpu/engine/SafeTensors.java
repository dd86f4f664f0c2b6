package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Tensors by name in a safetensors file or in memory, the only form in which weights and
 * checkpoints are read.
 *
 * <p>Layout: eight bytes with the header's length (little-endian), the header, the data. Opening
 * checks all of the header and touches none of the data; each tensor is mapped by itself, so the
 * file may be of any size and a single tensor of up to 2 GiB. Files are replaced by renaming, never
 * rewritten in place: a file that shrinks under its map ends the JVM.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
public final class SafeTensors implements AutoCloseable {
  private static final int LENGTH_BYTES = Long.BYTES;

  private final ByteSource source;
  private final long dataStart;
  private final SafeTensorsHeader header;

  private SafeTensors(ByteSource source) {
    this.source = source;
    long headerBytes = headerBytes(source);
    dataStart = LENGTH_BYTES + headerBytes;
    ByteBuffer json = source.slice(LENGTH_BYTES, (int) headerBytes);
    if (json.get(0) != '{') {
      throw new SafeTensorsException(
          source.name(), "header", "begins with byte " + json.get(0), "begins with '{'");
    }
    header = SafeTensorsHeader.parse(source.name(), new Bytes(json), source.size() - dataStart);
  }

  /**
   * One tensor as the header describes it.
   *
   * @param type element type in the file
   * @param shape dimensions, possibly none
   * @param begin offset of its first byte within the data
   * @param end offset after its last byte
   */
  public record Entry(StoredType type, Shape shape, long begin, long end) {
    public long bytes() {
      return end - begin;
    }
  }

  /** Opens a file. Arrays stay valid when this object is closed. */
  public static SafeTensors open(Path file) {
    try {
      ByteSource source = ByteSource.open(file);
      try {
        return new SafeTensors(source);
      } catch (RuntimeException e) {
        source.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** Reads from memory; the name appears in messages. */
  public static SafeTensors of(String name, byte[] bytes) {
    return of(name, ByteBuffer.wrap(bytes));
  }

  /** Reads from the buffer's remaining bytes; the name appears in messages. */
  public static SafeTensors of(String name, ByteBuffer bytes) {
    return new SafeTensors(new ByteSource.InMemory(name, bytes.slice()));
  }

  /** Tensors by name, in the order of the header. */
  public Map<String, Entry> entries() {
    return header.entries();
  }

  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * Copies a tensor into memory of libtorch's own. BF16 becomes FLOAT32, exactly.
   *
   * @throws NoSuchElementException if there is no tensor of that name
   */
  public NDArray read(NDManager scope, String name) {
    Entry entry = entry(name);
    try (NDArray borrowed = borrow(scope, name, entry)) {
      return borrowed.duplicate();
    }
  }

  /**
   * Reads a tensor of F32 into a Java array, without libtorch.
   *
   * @throws NoSuchElementException if there is no tensor of that name
   */
  public float[] floats(String name) {
    Entry entry = entry(name);
    if (entry.type() != StoredType.F32) {
      throw new SafeTensorsException(source.name(), name, entry.type().toString(), "F32");
    }
    float[] values = new float[(int) (requireOneBuffer(name, entry) / Float.BYTES)];
    source.slice(dataStart + entry.begin(), (int) entry.bytes()).asFloatBuffer().get(values);
    return values;
  }

  /** Copies every tensor, in the order of the header. */
  public Map<String, NDArray> readAll(NDManager scope) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    entries().keySet().forEach(name -> arrays.put(name, read(scope, name)));
    return arrays;
  }

  /**
   * Lends a tensor without copying it, for large frozen weights. The array must not be written to
   * (the process would die), and nothing that shares its storage may outlive it; {@link
   * Kernel#register} sees to the latter. BF16 is widened into new memory.
   */
  public NDArray map(NDManager scope, String name) {
    return borrow(scope, name, entry(name));
  }

  /**
   * Reads a tensor into a buffer that serves one tensor after the other, for what is converted at
   * once: unlike a map, which only a collection of Java's heap lets go, it holds no memory of the
   * size of the file. The array is good until the buffer is used again.
   */
  public NDArray read(NDManager scope, String name, ReadBuffer buffer) {
    Entry entry = entry(name);
    int length = (int) requireOneBuffer(name, entry);
    if (length == 0) {
      return borrow(scope, name, entry);
    }
    return array(scope, name, entry, source.copy(dataStart + entry.begin(), buffer.of(length)));
  }

  @Override
  public void close() {
    source.close();
  }

  private static long headerBytes(ByteSource source) {
    if (source.size() < LENGTH_BYTES) {
      throw new SafeTensorsException(
          source.name(), "file", source.size() + " bytes", "at least " + LENGTH_BYTES);
    }
    long length = source.slice(0, LENGTH_BYTES).getLong(0);
    long limit = Math.min(SafeTensorsHeader.MAX_HEADER_BYTES, source.size() - LENGTH_BYTES);
    if (length < 2 || length > limit) {
      throw new SafeTensorsException(
          source.name(), "header length", Long.toUnsignedString(length), "2 .. " + limit);
    }
    return length;
  }

  private Entry entry(String name) {
    Entry entry = entries().get(name);
    if (entry == null) {
      throw new NoSuchElementException(
          source.name()
              + ": "
              + name
              + ": no such tensor (expected: one of its "
              + entries().size()
              + ")");
    }
    return entry;
  }

  private NDArray borrow(NDManager scope, String name, Entry entry) {
    DeviceThread.require();
    if (requireOneBuffer(name, entry) == 0) {
      return scope.create(entry.shape(), entry.type().readAs());
    }
    return array(scope, name, entry, source.slice(dataStart + entry.begin(), (int) entry.bytes()));
  }

  private NDArray array(NDManager scope, String name, Entry entry, ByteBuffer bytes) {
    DeviceThread.require();
    DataType type = entry.type().readAs();
    return switch (entry.type()) {
      case BF16 -> scope.create(widened(bytes), entry.shape(), type);
      case BOOL -> scope.create(requireTruthValues(name, bytes), entry.shape(), type);
      case F64, I64, F32, I32, F16, U8 -> scope.create(bytes, entry.shape(), type);
    };
  }

  private long requireOneBuffer(String name, Entry entry) {
    if (entry.bytes() > Integer.MAX_VALUE) {
      throw new SafeTensorsException(
          source.name(), name, entry.bytes() + " bytes", "at most 2^31 - 1 bytes per tensor");
    }
    return entry.bytes();
  }

  /** A bfloat16 is the upper half of a float. */
  private static ByteBuffer widened(ByteBuffer bytes) {
    ByteBuffer wide =
        ByteBuffer.allocateDirect(Math.multiplyExact(bytes.remaining(), 2))
            .order(ByteOrder.nativeOrder());
    ShortBuffer from = bytes.asShortBuffer();
    IntBuffer to = wide.asIntBuffer();
    while (from.hasRemaining()) {
      to.put(from.get() << Short.SIZE);
    }
    return wide;
  }

  private ByteBuffer requireTruthValues(String name, ByteBuffer bytes) {
    for (int i = 0; i < bytes.limit(); i++) {
      if ((bytes.get(i) & ~1) != 0) {
        throw new SafeTensorsException(
            source.name(), name, "byte " + bytes.get(i), "0 or 1 in a tensor of BOOL");
      }
    }
    return bytes;
  }

  /** A buffer as a stream, so that a header is decoded piece by piece. */
  private static final class Bytes extends InputStream {
    private final ByteBuffer bytes;

    Bytes(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) : -1;
    }

    @Override
    public int read(byte[] into, int at, int length) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(length, bytes.remaining());
      bytes.get(into, at, count);
      return count;
    }
  }
}
