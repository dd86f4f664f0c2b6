package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The element types that may cross into native code.
 *
 * <p>DJL's native glue answers any other type, bfloat16 and int16 among them, with {@code
 * std::terminate}: no exception, the JVM is gone. So every type is checked in Java first. Tensors
 * of other types may live inside a kernel; they must be converted there before they are returned to
 * be read.
 */
public final class Dtypes {
  private static final Set<DataType> ALLOWED =
      Collections.unmodifiableSet(
          EnumSet.of(
              DataType.FLOAT32,
              DataType.FLOAT16,
              DataType.FLOAT64,
              DataType.INT32,
              DataType.INT64,
              DataType.UINT8,
              DataType.BOOLEAN));

  private Dtypes() {}

  /** Returns the type if native code can take it. */
  public static DataType require(DataType type, String name) {
    if (!ALLOWED.contains(type)) {
      throw new IllegalArgumentException(
          name
              + ": "
              + type
              + " (expected: one of "
              + ALLOWED
              + "; fix: convert inside a kernel, or widen to FLOAT32)");
    }
    return type;
  }

  /** Returns the array if it holds elements of exactly this type. */
  public static NDArray require(NDArray array, String name, DataType expected) {
    require(expected, "expected type of " + name);
    if (array.getDataType() != expected) {
      throw new IllegalArgumentException(
          name + ": " + array.getDataType() + " (expected: " + expected + ")");
    }
    return array;
  }

  /** Converts to a type that native code can take; the result belongs to the array's manager. */
  public static NDArray convert(NDArray array, DataType type) {
    return array.toType(require(type, "type"), true);
  }
}
