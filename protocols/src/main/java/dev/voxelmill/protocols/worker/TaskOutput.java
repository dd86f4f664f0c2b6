package dev.voxelmill.protocols.worker;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.voxelmill.protocols.job.CheckpointManifest;
import dev.voxelmill.protocols.job.FileRef;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What a finished task leaves for the tasks after it, or for the asset. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskOutput.Tensors.class, name = "tensors"),
  @JsonSubTypes.Type(value = TaskOutput.Files.class, name = "files")
})
public sealed interface TaskOutput {
  /** Named tensors as one safetensors payload in the {@code checkpoints} topic. */
  record Tensors(CheckpointManifest manifest) implements TaskOutput {}

  /**
   * Finished files in the {@code blobs} topic.
   *
   * @param quality figures by name, such as {@code mesh.faces} or {@code input.psnrDb}
   * @param models what was used to make them
   */
  record Files(List<FileRef> files, SortedMap<String, Double> quality, List<ModelUse> models)
      implements TaskOutput {}

  /** A model that took part: name, SHA-256 of its weights, licence. */
  record ModelUse(String name, String sha256, String licence) {}

  /**
   * What running the task cost.
   *
   * @param worker the worker that finished it
   * @param steps steps of the task, those of earlier attempts included
   * @param deviceSeconds time the device was busy with steps in this attempt
   * @param blockedSeconds time the device loop waited for snapshots in this attempt
   * @param gapSeconds time between steps that was neither, in this attempt
   * @param wallSeconds from start to completion of this attempt
   * @param versions of what computed it, by component, such as {@code libtorch}
   * @param marks what trouble changed about the computation, see {@link CheckpointManifest#marks()}
   */
  record Cost(
      WorkerId worker,
      long steps,
      double deviceSeconds,
      double blockedSeconds,
      double gapSeconds,
      double wallSeconds,
      Map<String, String> versions,
      List<String> marks) {
    public Cost {
      marks = marks == null ? List.of() : List.copyOf(marks); // absent in older records
    }

    /** The cost of an undisturbed computation. */
    public Cost(
        WorkerId worker,
        long steps,
        double deviceSeconds,
        double blockedSeconds,
        double gapSeconds,
        double wallSeconds,
        Map<String, String> versions) {
      this(
          worker,
          steps,
          deviceSeconds,
          blockedSeconds,
          gapSeconds,
          wallSeconds,
          versions,
          List.of());
    }
  }
}
