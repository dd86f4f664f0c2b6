package dev.voxelmill.gpu.sampling;

/** A scheduler configuration that is malformed, or that no sampler here can carry out. */
public final class SamplerConfigException extends RuntimeException {
  private final String key;

  /**
   * @param source the file, or whatever else the configuration came from
   * @param key what is at fault
   * @param value what stands there
   * @param rule what may stand there
   * @param fix what to change
   */
  SamplerConfigException(String source, String key, String value, String rule, String fix) {
    super("%s: %s: %s (expected: %s; fix: %s)".formatted(source, key, value, rule, fix));
    this.key = key;
  }

  /** What is at fault, such as {@code prediction_type}. */
  public String key() {
    return key;
  }
}
