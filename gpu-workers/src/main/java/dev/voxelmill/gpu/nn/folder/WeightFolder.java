package dev.voxelmill.gpu.nn.folder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.engine.ReadBuffer;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tensors of a model folder: {@code STEM.safetensors}, or the shards that {@code
 * STEM.safetensors.index.json} names, or the only {@code STEM.VARIANT.safetensors}. Only headers
 * are read when it is opened; a tensor is mapped when it is asked for.
 */
public final class WeightFolder implements AutoCloseable {
  /** What diffusers calls the file of a network. */
  public static final String DIFFUSERS = "diffusion_pytorch_model";

  /** What transformers calls it. */
  public static final String TRANSFORMERS = "model";

  private static final List<String> PICKLES = List.of(".bin", ".ckpt", ".pt", ".pth");

  private final Path folder;
  private final Map<String, SafeTensors> files = new LinkedHashMap<>();
  private final Map<String, SafeTensors> holder = new LinkedHashMap<>();
  private final Map<String, SafeTensors.Entry> entries = new LinkedHashMap<>();

  private WeightFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Opens a folder's weights.
   *
   * @param stem {@link #DIFFUSERS} or {@link #TRANSFORMERS}
   */
  public static WeightFolder open(Path folder, String stem) {
    WeightFolder weights = new WeightFolder(folder);
    try {
      Path single = folder.resolve(stem + ".safetensors");
      Path index = folder.resolve(stem + ".safetensors.index.json");
      if (Files.isRegularFile(single)) {
        weights.add(single.getFileName().toString());
      } else if (Files.isRegularFile(index)) {
        weights.addShards(ConfigFile.read(index));
      } else {
        weights.add(variant(folder, stem));
      }
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  public Path folder() {
    return folder;
  }

  /** Tensors by their stored names. */
  public Map<String, SafeTensors.Entry> entries() {
    return entries;
  }

  /** The files that hold them. */
  public List<String> files() {
    return List.copyOf(files.keySet());
  }

  /** Lends a tensor, see {@link SafeTensors#map}. */
  public NDArray map(NDManager scope, String name) {
    SafeTensors file = holder(name);
    try {
      return file.map(scope, name);
    } catch (SafeTensorsException e) {
      throw damaged(e);
    }
  }

  /** Reads a tensor that is converted at once, see {@link SafeTensors#read}. */
  public NDArray read(NDManager scope, String name, ReadBuffer buffer) {
    SafeTensors file = holder(name);
    try {
      return file.read(scope, name, buffer);
    } catch (SafeTensorsException e) {
      throw damaged(e);
    }
  }

  private SafeTensors holder(String name) {
    SafeTensors file = holder.get(name);
    if (file == null) {
      throw new ModelFolderException(
          folder, name, "missing", "a stored tensor", "use a complete checkpoint");
    }
    return file;
  }

  @Override
  public void close() {
    files.values().forEach(SafeTensors::close);
  }

  private SafeTensors add(String name) {
    SafeTensors file = opened(folder.resolve(name));
    files.put(name, file);
    file.entries()
        .forEach(
            (tensor, entry) -> {
              if (entries.put(tensor, entry) != null) {
                throw new ModelFolderException(
                    folder.resolve(name), tensor, "stored twice", "each tensor once", "delete one");
              }
              holder.put(tensor, file);
            });
    return file;
  }

  private static SafeTensors opened(Path file) {
    try {
      return SafeTensors.open(file);
    } catch (SafeTensorsException e) {
      throw damaged(e);
    }
  }

  private static ModelFolderException damaged(SafeTensorsException e) {
    return new ModelFolderException(
        Path.of(e.file()), e.key(), e.found(), e.rule(), "fetch the file again");
  }

  private void addShards(ConfigFile index) {
    JsonNode map = index.node("weight_map");
    if (map.isEmpty()) {
      throw index.wrong("weight_map", map.toString(), "an object of tensor to file");
    }
    for (Map.Entry<String, JsonNode> placed : map.properties()) {
      String name = placed.getValue().asText();
      if (name.isEmpty() || !Path.of(name).equals(Path.of(name).getFileName())) {
        throw index.wrong("weight_map." + placed.getKey(), name, "the name of a file beside it");
      }
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new ModelFolderException(
            folder.resolve(name), "file", "missing", "every shard of the index", "fetch it again");
      }
      SafeTensors file = files.containsKey(name) ? files.get(name) : add(name);
      if (!file.entries().containsKey(placed.getKey())) {
        throw index.wrong("weight_map." + placed.getKey(), name, "a file that holds the tensor");
      }
    }
  }

  /** The one file of a variant, such as {@code STEM.fp16.safetensors}; among several none is it. */
  private static String variant(Path folder, String stem) {
    List<String> variants =
        names(folder).stream()
            .filter(name -> name.startsWith(stem + ".") && name.endsWith(".safetensors"))
            .sorted()
            .toList();
    if (variants.size() > 1) {
      throw new ModelFolderException(
          folder,
          stem + ".safetensors",
          "missing, but there are " + variants,
          "one of them",
          "delete or rename the others");
    }
    return variants.stream().findFirst().orElseThrow(() -> absent(folder, stem));
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private static ModelFolderException absent(Path folder, String stem) {
    return new ModelFolderException(
        folder,
        stem + ".safetensors",
        "missing" + pickle(folder),
        "safetensors, in one file or with an index",
        "fetch the safetensors, or ./voxelmill models convert; a worker never loads pickles");
  }

  private static String pickle(Path folder) {
    if (!Files.isDirectory(folder)) {
      return ", as is the folder";
    }
    return names(folder).stream()
        .filter(file -> PICKLES.stream().anyMatch(file::endsWith))
        .sorted()
        .findFirst()
        .map(file -> ", but there is " + file)
        .orElse("");
  }
}
