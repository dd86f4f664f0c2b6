package dev.voxelmill.gpu.convert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pickle may hold: plain data, tensors, and things that are named but never made. */
sealed interface Pickled {
  /** A whole number, a real one, a string, a boolean or nothing. */
  record Plain(Object value) implements Pickled {}

  /** A tuple. */
  record Tuple(List<Pickled> items) implements Pickled {}

  /** A list. */
  record Items(List<Pickled> items) implements Pickled {
    Items() {
      this(new ArrayList<>());
    }
  }

  /** A dictionary; keys that are not strings are left out. */
  record Table(Map<String, Pickled> entries) implements Pickled {
    Table() {
      this(new LinkedHashMap<>());
    }
  }

  /** Where a storage's bytes lie. */
  record Storage(String type, String entry, long elements) implements Pickled {}

  /**
   * A tensor over a storage.
   *
   * @param offset of its first element
   * @param strides elements from one to the next, along each dimension
   */
  record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements Pickled {
    /** A tensor that is its storage, row by row. */
    static Tensor whole(Storage storage, List<Long> shape) {
      return new Tensor(storage, 0, shape, RowOrder.strides(shape));
    }

    long elements() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  /** A name in some module. */
  record Name(String module, String name) implements Pickled {}

  /** What would be an object of a class that is nobody's business here. */
  record Inert() implements Pickled {}

  /** Where a group of items begins on the stack. */
  record Mark() implements Pickled {}
}
