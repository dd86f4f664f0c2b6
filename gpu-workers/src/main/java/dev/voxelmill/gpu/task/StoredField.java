package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.VoxelField;
import java.util.Optional;

/**
 * A voxel field as one task leaves it to the next: what it shows, nothing of how it was trained.
 */
final class StoredField {
  private StoredField() {}

  static byte[] toBytes(VoxelField field) {
    return new SafeTensorsWriter()
        .add("grid", field.grid())
        .add("logGain", field.logGain())
        .toBytes();
  }

  static VoxelField read(NDManager owner, FieldLayout layout, byte[] bytes) {
    try (SafeTensors file = SafeTensors.of("field", bytes)) {
      return new VoxelField(
          layout, file.read(owner, "grid"), file.read(owner, "logGain"), Optional.empty());
    }
  }
}
