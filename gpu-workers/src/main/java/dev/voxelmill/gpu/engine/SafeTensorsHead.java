package dev.voxelmill.gpu.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;

/**
 * The beginning of a safetensors file: the length of the header, and the header, padded with spaces
 * to a multiple of eight. Tensors lie one after the other, in the order in which they are told.
 */
public final class SafeTensorsHead {
  private static final int ALIGNMENT = 8;
  private static final JsonFactory JSON = new JsonFactory();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final JsonGenerator json;
  private long end;

  /** Begins with the lines of metadata, if there are any. */
  public SafeTensorsHead(SortedMap<String, String> metadata) {
    try {
      json = JSON.createGenerator(out);
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart("__metadata__");
        for (Map.Entry<String, String> line : metadata.entrySet()) {
          json.writeStringField(line.getKey(), line.getValue());
        }
        json.writeEndObject();
      }
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /**
   * Adds the next tensor.
   *
   * @param dtype as safetensors names it, such as {@code F32}
   * @param bytes that it takes
   */
  public void tensor(String name, String dtype, long[] shape, long bytes) {
    long begin = end;
    end = Math.addExact(begin, bytes);
    try {
      json.writeObjectFieldStart(name);
      json.writeStringField("dtype", dtype);
      json.writeFieldName("shape");
      json.writeArray(shape, 0, shape.length);
      json.writeFieldName("data_offsets");
      json.writeArray(new long[] {begin, end}, 0, 2);
      json.writeEndObject();
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  /** The bytes before those of the first tensor; no tensor is added after that. */
  public ByteBuffer finish() {
    try {
      json.writeEndObject();
      json.close();
    } catch (IOException e) {
      throw impossible(e);
    }
    int padded = Math.ceilDiv(out.size(), ALIGNMENT) * ALIGNMENT;
    ByteBuffer head =
        ByteBuffer.allocate(Math.addExact(Long.BYTES, padded)).order(ByteOrder.LITTLE_ENDIAN);
    head.putLong(padded).put(out.toByteArray());
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.flip();
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("cannot write a header to memory", e);
  }
}
