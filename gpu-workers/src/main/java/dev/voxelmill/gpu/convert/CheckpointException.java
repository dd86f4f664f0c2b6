package dev.voxelmill.gpu.convert;

/** A checkpoint that is damaged, hostile, or of a kind that cannot be converted. */
public final class CheckpointException extends RuntimeException {
  private final String key;

  /**
   * @param key what is at fault: an instruction, a name, a tensor
   * @param found what stands there
   * @param rule what may stand there
   */
  CheckpointException(String key, String found, String rule) {
    super(
        "checkpoint: %s: %s (expected: %s; fix: fetch the file from its authors)"
            .formatted(key, found, rule));
    this.key = key;
  }

  /** What is at fault. */
  public String key() {
    return key;
  }
}
