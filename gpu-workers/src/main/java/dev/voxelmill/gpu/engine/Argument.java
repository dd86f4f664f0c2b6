package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One argument of a kernel's method, as TorchScript types it.
 *
 * <p>What an argument is follows from its Java type alone; the names that arrays may carry are
 * ignored.
 */
public sealed interface Argument {
  /** A {@code Tensor}. */
  record Tensor(NDArray array) implements Argument {}

  /** A {@code List[Tensor]}, in this order; may be empty. */
  record TensorList(List<NDArray> arrays) implements Argument {
    public TensorList {
      arrays = List.copyOf(arrays);
    }
  }

  /** A {@code Dict[str, Tensor]}; the method iterates it in the order of the map. */
  record TensorDict(Map<String, NDArray> arrays) implements Argument {
    public TensorDict {
      arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    }
  }

  /** A {@code str}. */
  record Text(String value) implements Argument {}

  /** An {@code int}. */
  record Whole(long value) implements Argument {}

  /** A {@code float}, which in TorchScript has 64 bits. */
  record Real(double value) implements Argument {}

  /** A {@code bool}. */
  record Flag(boolean value) implements Argument {}

  static Argument of(NDArray array) {
    return new Tensor(array);
  }

  static Argument of(List<NDArray> arrays) {
    return new TensorList(arrays);
  }

  static Argument of(Map<String, NDArray> arrays) {
    return new TensorDict(arrays);
  }

  static Argument of(String value) {
    return new Text(value);
  }

  static Argument of(long value) {
    return new Whole(value);
  }

  static Argument of(double value) {
    return new Real(value);
  }

  static Argument of(boolean value) {
    return new Flag(value);
  }
}
