package dev.voxelmill.gpu.convert;

import java.nio.file.Path;

/** A checkpoint that is damaged, hostile, or of a kind that cannot be converted. */
public final class CheckpointException extends RuntimeException {
  private final String key;
  private final String found;
  private final String rule;

  /**
   * @param key what is at fault: an instruction, a name, a tensor
   * @param found what stands there
   * @param rule what may stand there
   */
  CheckpointException(String key, String found, String rule) {
    this("checkpoint", key, found, rule);
  }

  private CheckpointException(String where, String key, String found, String rule) {
    super(
        "%s: %s: %s (expected: %s; fix: fetch the file from its authors)"
            .formatted(where, key, found, rule));
    this.key = key;
    this.found = found;
    this.rule = rule;
  }

  /** The same, naming one file of several. */
  CheckpointException of(Path file) {
    return new CheckpointException(file.toString(), key, found, rule);
  }

  /** What is at fault. */
  public String key() {
    return key;
  }
}
