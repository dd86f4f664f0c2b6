package dev.voxelmill.gpu.clip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON files of a model folder. */
final class FolderJson {
  private static final String FIX = "correct the file";
  private static final ObjectMapper JSON = new ObjectMapper();

  private FolderJson() {}

  /** The object in a file. */
  static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelFolderException(
          file, "file", "missing", "a file", "point to a complete diffusers folder");
    }
    try {
      JsonNode content = JSON.readTree(Files.readAllBytes(file));
      if (content == null || !content.isObject()) {
        throw new ModelFolderException(file, "content", "not an object", "a JSON object", FIX);
      }
      return content;
    } catch (JsonProcessingException e) {
      throw new ModelFolderException(file, "content", e.getOriginalMessage(), "a JSON object", FIX);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /** The object in a file, or an empty one where there is no such file. */
  static JsonNode readIfPresent(Path file) {
    return Files.exists(file) ? read(file) : JSON.createObjectNode();
  }
}
