package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.Pickled.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors are written row by row, the last dimension fastest; torch stores them as they lay in
 * memory, which may be another order, such as that of channels last.
 */
final class RowOrder {
  private RowOrder() {}

  /** The strides of a tensor of that shape that lies row by row. */
  static List<Long> strides(List<Long> shape) {
    List<Long> strides = new ArrayList<>();
    long next = 1;
    for (long extent : shape.reversed()) {
      strides.addFirst(next);
      next = Math.multiplyExact(next, extent);
    }
    return strides;
  }

  /** Whether a tensor lies row by row; where a dimension has one element its stride is nothing. */
  static boolean has(Tensor tensor) {
    List<Long> rows = strides(tensor.shape());
    for (int axis = 0; axis < rows.size(); axis++) {
      if (tensor.shape().get(axis) != 1 && !tensor.strides().get(axis).equals(rows.get(axis))) {
        return false;
      }
    }
    return true;
  }

  /** How many elements of its storage a tensor reaches over, from its first to its last. */
  static long span(Tensor tensor) {
    if (tensor.elements() == 0) {
      return 0;
    }
    long last = 0;
    for (int axis = 0; axis < tensor.shape().size(); axis++) {
      long steps = tensor.shape().get(axis) - 1;
      last = Math.addExact(last, Math.multiplyExact(steps, tensor.strides().get(axis)));
    }
    return last + 1;
  }

  /**
   * The elements of a tensor row by row.
   *
   * @param stored the bytes of what it reaches over
   * @param size of an element, in bytes
   */
  static byte[] rows(Tensor tensor, byte[] stored, int size) {
    int rank = tensor.shape().size();
    byte[] rows = new byte[Math.toIntExact(tensor.elements()) * size];
    long[] index = new long[rank];
    long at = 0;
    for (int to = 0; to < rows.length; to += size) {
      System.arraycopy(stored, Math.toIntExact(at * size), rows, to, size);
      for (int axis = rank - 1; axis >= 0; axis--) {
        long stride = tensor.strides().get(axis);
        long extent = tensor.shape().get(axis);
        at += stride;
        index[axis]++;
        if (index[axis] < extent) {
          break;
        }
        at -= stride * extent;
        index[axis] = 0;
      }
    }
    return rows;
  }
}
