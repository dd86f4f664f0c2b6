package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of one network, or of a pipeline whose networks lie in folders below it.
 *
 * @param networks those whose classes are known, in the order of their folders' names
 */
public record ModelFolder(Path folder, List<Part> networks) {
  private static final String CONFIG = "config.json";

  /** One network: the name of its folder, where it lies and what it is. */
  public record Part(String name, Path folder, NetworkKind kind) {}

  /** Looks at a folder; reads no weights. */
  public static ModelFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelFolderException(
          folder, "folder", "missing", "a folder", "name a diffusers folder");
    }
    List<Part> parts =
        folders(folder).stream()
            .filter(one -> Files.isRegularFile(one.resolve(CONFIG)))
            .flatMap(one -> part(one).stream())
            .toList();
    if (parts.isEmpty()) {
      throw new ModelFolderException(
          folder,
          CONFIG,
          "of no known network, here or one folder below",
          "one of " + Stream.of(NetworkKind.values()).map(NetworkKind::className).toList(),
          "name a diffusers folder");
    }
    return new ModelFolder(folder, parts);
  }

  /** What the folder lacks of the pipeline that its index names. */
  public List<String> missing() {
    return PipelineParts.missing(folder);
  }

  /** Classes of the pipeline's networks that nobody here knows, by their {@code config.json}. */
  public Map<String, String> unknown() {
    return PipelineParts.unknown(folder);
  }

  private static List<Path> folders(Path folder) {
    try (Stream<Path> below = Files.list(folder)) {
      return Stream.concat(Stream.of(folder), below.filter(Files::isDirectory).sorted()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static Optional<Part> part(Path folder) {
    return NetworkKind.of(ConfigFile.read(folder.resolve(CONFIG)))
        .map(kind -> new Part(String.valueOf(folder.getFileName()), folder, kind));
  }
}
