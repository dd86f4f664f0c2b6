package dev.voxelmill.gpu.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.convert.Pickled.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes tensors of a checkpoint as safetensors, copying bytes from file to file: no weight is held
 * in memory but the few that do not lie row by row, or are transposed.
 */
final class PieceWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 8;
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

  /** Writes aside, then moves into place. */
  void write(Path file, Map<String, Piece> pieces) throws IOException {
    Map<String, Piece> sorted = new TreeMap<>(pieces);
    Path aside = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(aside)) {
      out.write(header(sorted));
      for (Piece piece : sorted.values()) {
        copy(piece, out);
      }
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private byte[] header(Map<String, Piece> pieces) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    long begin = 0;
    for (Map.Entry<String, Piece> entry : pieces.entrySet()) {
      Tensor source = source(entry.getValue());
      long end = begin + bytes(entry.getValue(), source);
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", StoredElements.of(source.storage().type()).dtype());
      tensor.set("shape", JSON.valueToTree(entry.getValue().shape(source)));
      tensor.set("data_offsets", JSON.valueToTree(new long[] {begin, end}));
      begin = end;
    }
    String text = JSON.writeValueAsString(header);
    text = text + " ".repeat(Math.floorMod(-text.length(), ALIGNMENT));
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
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
