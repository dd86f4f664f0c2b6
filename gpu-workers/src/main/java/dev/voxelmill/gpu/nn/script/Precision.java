package dev.voxelmill.gpu.nn.script;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;

/** The element type in which a network computes; its results are float32 in any case. */
public enum Precision {
  FLOAT32(6, 4),
  FLOAT16(5, 2),
  BFLOAT16(15, 2);

  private final int scalarType;
  private final int bytes;

  Precision(int scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /** The precision of that number. */
  public static Precision of(int scalarType) {
    return Arrays.stream(values())
        .filter(one -> one.scalarType == scalarType)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Whether a tensor that was read as that type is computed with as it is, without a conversion. A
   * bfloat16 is never read as such: DJL does not know the type, and stored ones are widened.
   */
  public boolean isReadAs(DataType type) {
    return switch (this) {
      case FLOAT32 -> type == DataType.FLOAT32;
      case FLOAT16 -> type == DataType.FLOAT16;
      case BFLOAT16 -> false;
    };
  }

  /** The number that stands for the type in TorchScript text, c10::ScalarType. */
  public int scalarType() {
    return scalarType;
  }
}
