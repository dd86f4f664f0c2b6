package dev.voxelmill.gpu.clip;

/**
 * A file of a model folder that is missing, malformed, or asks for what is not carried out here.
 */
public final class ClipFileException extends RuntimeException {
  private final String key;

  /**
   * @param file the file at fault
   * @param key what in it is at fault
   * @param found what stands there
   * @param rule what may stand there
   */
  ClipFileException(Object file, String key, String found, String rule) {
    super("%s: %s: %s (expected: %s; fix: correct the file)".formatted(file, key, found, rule));
    this.key = key;
  }

  /** What is at fault, such as {@code resample}. */
  public String key() {
    return key;
  }
}
