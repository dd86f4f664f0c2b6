package dev.voxelmill.gpu.convert;

import java.util.Map;

/**
 * What torch's typed storages hold, as safetensors names it.
 *
 * @param dtype the name in a safetensors header
 * @param bytes of one element
 */
record StoredElements(String dtype, int bytes) {
  private static final Map<String, StoredElements> BY_STORAGE =
      Map.of(
          "DoubleStorage", new StoredElements("F64", 8),
          "FloatStorage", new StoredElements("F32", 4),
          "HalfStorage", new StoredElements("F16", 2),
          "BFloat16Storage", new StoredElements("BF16", 2),
          "LongStorage", new StoredElements("I64", 8),
          "IntStorage", new StoredElements("I32", 4),
          "ShortStorage", new StoredElements("I16", 2),
          "CharStorage", new StoredElements("I8", 1),
          "ByteStorage", new StoredElements("U8", 1),
          "BoolStorage", new StoredElements("BOOL", 1));

  static boolean knows(String storage) {
    return BY_STORAGE.containsKey(storage);
  }

  /** The typed storage of what safetensors calls so. */
  static String storage(String dtype) {
    return BY_STORAGE.entrySet().stream()
        .filter(known -> known.getValue().dtype().equals(dtype))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  static StoredElements of(String storage) {
    return BY_STORAGE.get(storage);
  }
}
