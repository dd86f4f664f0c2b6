package dev.voxelmill.gpu.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory outside Java's heap for one tensor after the other; as large as the largest so far. */
public final class ReadBuffer {
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /** An empty buffer of that many bytes; what it held before is lost. */
  ByteBuffer of(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear().limit(bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
