package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tensor of the new folder is made of.
 *
 * @param source name in the checkpoint
 * @param part which of so many equal parts along the first dimension
 * @param parts how many
 * @param form what becomes of the shape
 */
record Piece(String source, int part, int parts, Form form) {
  /** What becomes of a tensor's shape. */
  enum Form {
    /** Nothing. */
    SAME,
    /** A convolution of one pixel becomes a matrix. */
    MATRIX,
    /** Rows become columns. */
    TRANSPOSED
  }

  static Piece of(String source) {
    return new Piece(source, 0, 1, Form.SAME);
  }

  List<Long> shape(Tensor tensor) {
    List<Long> shape = new ArrayList<>(tensor.shape());
    if (parts > 1) {
      if (shape.isEmpty() || shape.getFirst() % parts != 0) {
        throw new CheckpointException(source, "shape " + shape, "divisible by " + parts);
      }
      shape.set(0, shape.getFirst() / parts);
    }
    if (form == Form.TRANSPOSED && shape.size() == 2) {
      return shape.reversed();
    }
    boolean pixel = shape.size() == 4 && shape.get(2) == 1 && shape.get(3) == 1;
    return form == Form.MATRIX && pixel ? shape.subList(0, 2) : shape;
  }

  /** The first element of this part, counted from that of the tensor. */
  long first(Tensor tensor) {
    return tensor.elements() / parts * part;
  }
}
