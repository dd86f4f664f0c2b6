package dev.voxelmill.gpu.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where the bytes are. Slices are little-endian, which is the order of every host of libtorch. */
sealed interface ByteSource extends AutoCloseable {
  /** Appears in messages. */
  String name();

  /** Bytes in all. */
  long size();

  /** Lends a part, for reading. */
  ByteBuffer slice(long begin, int length);

  /** Fills a buffer with what begins there, and returns it. */
  ByteBuffer copy(long begin, ByteBuffer into);

  @Override
  void close();

  /** The bytes of a file, mapped part by part. */
  static ByteSource open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Mapped(file.toString(), channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A part of a file at a time. */
  record Mapped(String name, FileChannel channel, long size) implements ByteSource {
    @Override
    public ByteBuffer slice(long begin, int length) {
      try {
        return channel
            .map(FileChannel.MapMode.READ_ONLY, begin, length)
            .order(ByteOrder.LITTLE_ENDIAN);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot map " + name, e);
      }
    }

    @Override
    public ByteBuffer copy(long begin, ByteBuffer into) {
      try {
        while (into.hasRemaining()) {
          if (channel.read(into, begin + into.position()) < 0) {
            throw new EOFException("file ends before " + (begin + into.limit()));
          }
        }
        return into.flip();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + name, e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + name, e);
      }
    }
  }

  /** What is in memory anyhow. */
  record InMemory(String name, ByteBuffer bytes) implements ByteSource {
    @Override
    public long size() {
      return bytes.limit();
    }

    @Override
    public ByteBuffer slice(long begin, int length) {
      return bytes.slice((int) begin, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer copy(long begin, ByteBuffer into) {
      return into.put(slice(begin, into.remaining())).flip();
    }

    @Override
    public void close() {}
  }
}
