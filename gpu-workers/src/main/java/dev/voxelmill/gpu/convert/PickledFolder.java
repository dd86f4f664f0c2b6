package dev.voxelmill.gpu.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.voxelmill.gpu.convert.Conversion.Converted;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A diffusers folder whose weights are pickles, as {@code diffusion_pytorch_model.bin}, made into
 * one of safetensors: weights keep their names and numbers, whole or in shards, and settings are
 * copied. Every pickle is read before anything is written.
 */
final class PickledFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern WEIGHTS =
      Pattern.compile("(diffusion_)?pytorch_model([.-][\\w.-]+)?\\.bin");
  private static final Pattern INDEX =
      Pattern.compile("(diffusion_)?pytorch_model([.-][\\w.-]+)?\\.bin\\.index\\.json");
  private static final List<String> COPIED =
      List.of(".json", ".txt", ".md", ".safetensors", "LICENSE");
  private static final int SHOWN = 5;

  private final Path source;
  private final Path folder;
  private final boolean inPlace;

  /**
   * @param source the folder of one network, or of a pipeline
   * @param folder where to; the same one keeps its pickles and gets safetensors beside them
   */
  PickledFolder(Path source, Path folder) throws IOException {
    this.source = source;
    this.folder = folder;
    inPlace = Files.exists(folder) && Files.isSameFile(source, folder);
  }

  /**
   * What the folder holds, by paths in it.
   *
   * @param pickles of weights, and what each becomes
   * @param indices of shards, and what each becomes
   * @param copied as they are
   * @param left out
   */
  private record Contents(
      Map<Path, Path> pickles, Map<Path, Path> indices, List<Path> copied, List<Path> left) {}

  Converted convert() throws IOException {
    Contents contents = contents();
    requireReadable(contents.pickles().keySet());
    if (!inPlace) {
      for (Path file : contents.copied()) {
        Files.copy(source.resolve(file), made(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    for (Map.Entry<Path, Path> index : contents.indices().entrySet()) {
      index(index.getKey(), index.getValue());
    }
    int tensors = 0;
    for (Map.Entry<Path, Path> pickle : contents.pickles().entrySet()) {
      Path target = made(pickle.getValue());
      tensors += opened(pickle.getKey(), checkpoint -> all(checkpoint, target));
    }
    return new Converted(tensors, notes(contents.left()));
  }

  private Contents contents() throws IOException {
    List<Path> files = files();
    Contents contents =
        new Contents(
            new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    for (Path file : files) {
      Optional<Path> weights = renamed(file, WEIGHTS, ".safetensors");
      Optional<Path> index = renamed(file, INDEX, ".safetensors.index.json");
      if (weights.isPresent() && !files.contains(weights.get())) {
        contents.pickles().put(file, weights.get());
      } else if (index.isPresent() && !files.contains(index.get())) {
        contents.indices().put(file, index.get());
      } else if (COPIED.stream().anyMatch(end -> file.toString().endsWith(end))) {
        contents.copied().add(file);
      } else {
        contents.left().add(file);
      }
    }
    return contents;
  }

  /** The files below the source by their paths in it, in order; hidden ones are no part of it. */
  private List<Path> files() throws IOException {
    try (Stream<Path> below = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      return below
          .filter(Files::isRegularFile)
          .map(source::relativize)
          .filter(file -> !isHidden(file))
          .sorted()
          .toList();
    }
  }

  private static boolean isHidden(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  /** What a file of that pattern is called among safetensors. */
  private static Optional<Path> renamed(Path file, Pattern pattern, String ending) {
    Matcher name = pattern.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    String stem = name.group(1) == null ? WeightFolder.TRANSFORMERS : WeightFolder.DIFFUSERS;
    String more = name.group(2) == null ? "" : name.group(2);
    return Optional.of(file.resolveSibling(stem + more + ending));
  }

  private void requireReadable(Set<Path> pickles) throws IOException {
    if (pickles.isEmpty()) {
      throw new CheckpointException(
          source.toString(),
          "no pickled weights that are not there as safetensors",
          "diffusion_pytorch_model.bin or pytorch_model.bin, here or in a folder below");
    }
    for (Path pickle : pickles) {
      opened(pickle, checkpoint -> checkpoint.tensors().size());
    }
  }

  private int all(Checkpoint checkpoint, Path target) throws IOException {
    Map<String, Piece> pieces =
        checkpoint.tensors().keySet().stream()
            .collect(Collectors.toMap(Function.identity(), Piece::of));
    new PieceWriter(checkpoint, false).write(target, pieces);
    return pieces.size();
  }

  /** What is done with an open pickle. */
  private interface Use {
    int with(Checkpoint checkpoint) throws IOException;
  }

  private int opened(Path pickle, Use use) throws IOException {
    Path file = source.resolve(pickle);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return use.with(checkpoint);
    } catch (CheckpointException e) {
      throw e.of(file);
    }
  }

  /** Says of each tensor in which file it is, by the files' new names. */
  private void index(Path from, Path to) throws IOException {
    ObjectNode index = JSON.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    ConfigFile.read(source.resolve(from))
        .node("weight_map")
        .properties()
        .forEach(
            placed -> {
              Path file = Path.of(placed.getValue().asText());
              map.put(
                  placed.getKey(), renamed(file, WEIGHTS, ".safetensors").orElse(file).toString());
            });
    JSON.writerWithDefaultPrettyPrinter().writeValue(made(to).toFile(), index);
  }

  private Path made(Path file) throws IOException {
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    return target;
  }

  private static List<String> notes(List<Path> left) {
    if (left.isEmpty()) {
      return List.of();
    }
    String some = left.stream().limit(SHOWN).map(Path::toString).collect(Collectors.joining(", "));
    return List.of("left out: %s%s".formatted(some, left.size() > SHOWN ? " and others" : ""));
  }
}
