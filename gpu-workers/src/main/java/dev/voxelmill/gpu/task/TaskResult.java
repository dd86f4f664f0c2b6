package dev.voxelmill.gpu.task;

import dev.voxelmill.protocols.worker.TaskOutput;
import java.util.List;
import java.util.SortedMap;

/** What a finished task leaves, before anything of it is stored. */
public sealed interface TaskResult {
  /** Named tensors for the tasks after this one, as safetensors. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Tensors(byte[] payload) implements TaskResult {}

  /**
   * Finished files.
   *
   * @param quality figures by name, see {@link TaskOutput.Files}
   */
  record Files(
      List<NamedFile> files, SortedMap<String, Double> quality, List<TaskOutput.ModelUse> models)
      implements TaskResult {
    public Files {
      files = List.copyOf(files);
      models = List.copyOf(models);
    }
  }

  /** The bytes of one file of an asset. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record NamedFile(String name, String mediaType, byte[] bytes) {}
}
