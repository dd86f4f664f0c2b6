package dev.voxelmill.gpu.engine;

/** A safetensors file that breaks a rule of the format, or one of the limits set here. */
public final class SafeTensorsException extends RuntimeException {
  private final String file;
  private final String key;
  private final String found;
  private final String rule;

  /**
   * @param file name of the file
   * @param key the header's key or part at fault
   * @param found what stands there
   * @param rule what must stand there
   */
  SafeTensorsException(String file, String key, String found, String rule) {
    super(file + ": " + key + ": " + found + " (expected: " + rule + ")");
    this.file = file;
    this.key = key;
    this.found = found;
    this.rule = rule;
  }

  public String file() {
    return file;
  }

  public String key() {
    return key;
  }

  public String found() {
    return found;
  }

  public String rule() {
    return rule;
  }
}
