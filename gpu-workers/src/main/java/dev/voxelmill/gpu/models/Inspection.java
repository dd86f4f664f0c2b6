package dev.voxelmill.gpu.models;

import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.StoredType;
import dev.voxelmill.gpu.nn.diffusers.PrintOptions;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import dev.voxelmill.gpu.nn.folder.ModelFolderException;
import dev.voxelmill.gpu.nn.folder.Network;
import dev.voxelmill.gpu.nn.folder.WeightFolder;
import dev.voxelmill.gpu.nn.script.PrintedNetwork;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one network of a folder is, from its configuration and the headers of its files.
 *
 * @param name of its folder
 * @param className what the library calls it
 * @param settings of its configuration that say what it is, as far as the file has them
 * @param parameters how many numbers it has
 * @param stored element types in the files
 * @param files names of the files of weights
 * @param storedBytes of the tensors in the files
 * @param float32Bytes of memory for the parameters in float32; half of it in either 16-bit type
 * @param runningBytes of memory beside them while it runs in float32, an estimate; 0 if unknown
 * @param problem what keeps it from being loaded; empty when nothing does
 */
public record Inspection(
    String name,
    String className,
    Map<String, String> settings,
    long parameters,
    Set<String> stored,
    List<String> files,
    long storedBytes,
    long float32Bytes,
    long runningBytes,
    String problem) {

  /**
   * Looks at every network of a folder.
   *
   * @param size of the pictures that are to be made
   */
  public static List<Inspection> of(ModelFolder folder, PictureSize size) {
    RunningMemory memory = RunningMemory.of(folder, size);
    return folder.networks().stream().map(part -> of(part, memory)).toList();
  }

  private static Inspection of(ModelFolder.Part part, RunningMemory memory) {
    String problem = "";
    long parameters = 0;
    long running = 0;
    Set<String> types = Set.of();
    List<String> files = List.of();
    long bytes = 0;
    try {
      PrintedNetwork printed = part.kind().print(part.folder(), PrintOptions.PLAIN);
      parameters = printed.size();
      running = memory.bytes(part);
      try (WeightFolder weights = WeightFolder.open(part.folder(), part.kind().stem())) {
        Map<String, SafeTensors.Entry> entries = weights.entries();
        types =
            entries.values().stream()
                .map(SafeTensors.Entry::type)
                .map(StoredType::toString)
                .collect(Collectors.toCollection(TreeSet::new));
        files = weights.files();
        bytes = entries.values().stream().mapToLong(SafeTensors.Entry::bytes).sum();
        Network.check(printed, weights, part.kind().presentNames());
      }
    } catch (ModelFolderException e) {
      problem = String.valueOf(e.getMessage());
    }
    return new Inspection(
        part.name(),
        part.kind().className(),
        Settings.of(part.kind(), ConfigFile.read(part.folder().resolve("config.json")).values()),
        parameters,
        types,
        files,
        bytes,
        Float.BYTES * parameters,
        running,
        problem);
  }
}
