package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Tensor;
import dev.voxelmill.gpu.engine.SafeTensorsHead;
import dev.voxelmill.gpu.engine.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes tensors of a checkpoint as safetensors, copying bytes from file to file: no weight is held
 * in memory but the few that do not lie row by row, or are transposed.
 */
final class PieceWriter {
  private static final SortedMap<String, String> METADATA = new TreeMap<>(Map.of("format", "pt"));
  private static final int BUFFER = 1 << 20;
  private static final long MOST_HELD = 1L << 29;

  private final Checkpoint checkpoint;
  private final boolean averaged;

  /**
   * @param averaged whether the moving average of a weight is taken where the checkpoint has one
   */
  PieceWriter(Checkpoint checkpoint, boolean averaged) {
    this.checkpoint = checkpoint;
    this.averaged = averaged;
  }

  /** Where a piece's numbers are: under its own name, or flattened under that of the average. */
  Tensor source(Piece piece) {
    if (averaged && piece.source().startsWith("model.")) {
      String flat = "model_ema." + piece.source().substring("model.".length()).replace(".", "");
      if (checkpoint.tensors().containsKey(flat)) {
        return checkpoint.tensor(flat);
      }
    }
    return checkpoint.tensor(piece.source());
  }

  /** Writes a file, whole or not at all. */
  void write(Path file, Map<String, Piece> pieces) throws IOException {
    SortedMap<String, Piece> sorted = new TreeMap<>(pieces);
    WholeFile.write(
        file,
        channel -> {
          WholeFile.drain(head(sorted), channel);
          OutputStream out = Channels.newOutputStream(channel);
          for (Piece piece : sorted.values()) {
            copy(piece, out);
          }
        });
  }

  private ByteBuffer head(SortedMap<String, Piece> pieces) {
    SafeTensorsHead head = new SafeTensorsHead(METADATA);
    pieces.forEach(
        (name, piece) -> {
          Tensor source = source(piece);
          head.tensor(
              name,
              StoredElements.of(source.storage().type()).dtype(),
              piece.shape(source).stream().mapToLong(Long::longValue).toArray(),
              bytes(piece, source));
        });
    return head.finish();
  }

  private static long bytes(Piece piece, Tensor source) {
    long elements = piece.shape(source).stream().reduce(1L, Math::multiplyExact);
    return elements * StoredElements.of(source.storage().type()).bytes();
  }

  private void copy(Piece piece, OutputStream out) throws IOException {
    Tensor source = source(piece);
    long left = bytes(piece, source);
    try (InputStream in = bytes(source, piece.first(source))) {
      if (piece.form() == Piece.Form.TRANSPOSED) {
        out.write(transposed(in.readNBytes(Math.toIntExact(left)), piece, source));
        return;
      }
      byte[] buffer = new byte[BUFFER];
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new CheckpointException(piece.source(), "cut off", left + " more bytes");
        }
        out.write(buffer, 0, read);
        left -= read;
      }
    }
  }

  /** The bytes of a tensor row by row, from one of its elements on. */
  private InputStream bytes(Tensor source, long first) throws IOException {
    if (RowOrder.has(source)) {
      return checkpoint.bytes(source, first);
    }
    int size = StoredElements.of(source.storage().type()).bytes();
    long span = RowOrder.span(source) * size;
    if (span > MOST_HELD) {
      throw new CheckpointException(
          "tensor", span + " bytes that are not row by row", "at most " + MOST_HELD);
    }
    try (InputStream in = checkpoint.bytes(source, 0)) {
      byte[] stored = in.readNBytes((int) span);
      byte[] rows = RowOrder.rows(source, stored, size);
      return new ByteArrayInputStream(rows, Math.toIntExact(first * size), rows.length);
    }
  }

  private static byte[] transposed(byte[] from, Piece piece, Tensor source) {
    int size = StoredElements.of(source.storage().type()).bytes();
    int rows = Math.toIntExact(piece.shape(source).get(0));
    int columns = Math.toIntExact(piece.shape(source).get(1));
    byte[] to = new byte[from.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        System.arraycopy(
            from, size * (column * rows + row), to, size * (row * columns + column), size);
      }
    }
    return to;
  }
}
