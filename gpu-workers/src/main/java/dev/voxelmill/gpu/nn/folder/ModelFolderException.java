package dev.voxelmill.gpu.nn.folder;

import java.nio.file.Path;

/** A model folder that lacks something, contradicts itself or asks for what is not supported. */
public final class ModelFolderException extends RuntimeException {
  private final Path file;
  private final String key;

  /**
   * @param file the file or folder at fault
   * @param key the setting, tensor or file name at fault
   * @param found what stands there
   * @param rule what must stand there
   * @param fix what to do
   */
  public ModelFolderException(Path file, String key, String found, String rule, String fix) {
    super("%s: %s: %s (expected: %s; fix: %s)".formatted(file, key, found, rule, fix));
    this.file = file;
    this.key = key;
  }

  public Path file() {
    return file;
  }

  public String key() {
    return key;
  }
}
