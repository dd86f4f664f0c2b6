package dev.voxelmill.gpu.engine;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Optional;

/** An element type as safetensors spells it, and the type it is read as. */
public enum StoredType {
  F64(8, DataType.FLOAT64),
  I64(8, DataType.INT64),
  F32(4, DataType.FLOAT32),
  I32(4, DataType.INT32),
  F16(2, DataType.FLOAT16),
  /** Read only, and widened: bfloat16 must not reach DJL's native glue, see {@link Dtypes}. */
  BF16(2, DataType.FLOAT32),
  U8(1, DataType.UINT8),
  BOOL(1, DataType.BOOLEAN);

  private final int bytes;
  private final DataType readAs;

  StoredType(int bytes, DataType readAs) {
    this.bytes = bytes;
    this.readAs = readAs;
  }

  /** Bytes of one element in the file. */
  public int bytes() {
    return bytes;
  }

  /** The type of an array that was read. */
  public DataType readAs() {
    return readAs;
  }

  static Optional<StoredType> spelled(String text) {
    return Arrays.stream(values()).filter(type -> type.name().equals(text)).findFirst();
  }

  /** How an array of that type is stored. */
  static StoredType of(DataType type) {
    Dtypes.require(type, "type");
    return Arrays.stream(values())
        .filter(stored -> stored != BF16 && stored.readAs == type)
        .findFirst()
        .orElseThrow();
  }
}
