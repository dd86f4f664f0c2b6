package dev.voxelmill.gpu.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.protocols.topic.JsonCodec;
import dev.voxelmill.protocols.worker.TaskOutput.ModelUse;
import java.util.List;

/**
 * The models behind the tensors of one task, carried in their metadata to the task that makes the
 * files, which need not load them to name them.
 */
final class ModelUses {
  private static final String KEY = "models";

  private ModelUses() {}

  static SafeTensorsWriter write(List<ModelUse> uses, SafeTensorsWriter writer) {
    try {
      return writer.metadata(KEY, JsonCodec.mapper().writeValueAsString(uses));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the models as JSON", e);
    }
  }

  static List<ModelUse> read(SafeTensors file) {
    try {
      return JsonCodec.mapper().readValue(file.metadata().get(KEY), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("models: not those of a task", e);
    }
  }
}
