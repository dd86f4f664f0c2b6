package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.clip.ClipTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of a tokenizer, which no checkpoint of weights holds. */
final class TokenizerFiles {
  private static final List<String> NAMES =
      List.of(
          "vocab.json",
          "merges.txt",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private TokenizerFiles() {}

  /**
   * Copies a tokenizer that can be read.
   *
   * @throws dev.voxelmill.gpu.nn.folder.ModelFolderException when it cannot
   */
  static void copy(Path from, Path to) throws IOException {
    ClipTokenizer.read(from);
    Files.createDirectories(to);
    for (String name : NAMES) {
      if (Files.isRegularFile(from.resolve(name))) {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
