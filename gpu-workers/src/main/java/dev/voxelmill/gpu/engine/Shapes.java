package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Executes at a public entry what a comment claims about a tensor's shape. */
public final class Shapes {
  private Shapes() {}

  /**
   * Returns the array if it has these dimensions, where -1 stands for any.
   *
   * @throws IllegalArgumentException naming the array, its shape and the shape expected
   */
  public static NDArray require(NDArray array, String name, long... dims) {
    long[] shape = array.getShape().getShape();
    if (!matches(shape, dims)) {
      throw new IllegalArgumentException(
          name + ": shape " + text(shape) + " (expected: " + text(dims) + ")");
    }
    return array;
  }

  private static boolean matches(long[] shape, long[] dims) {
    if (shape.length != dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != -1 && dims[i] != shape[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(long[] dims) {
    return Arrays.stream(dims)
        .mapToObj(dim -> dim == -1 ? "*" : Long.toString(dim))
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
