package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.sampling.SamplerState;
import java.util.LinkedHashMap;
import java.util.Map;

/** A {@link SamplerState} as part of a snapshot. */
final class SamplerStates {
  private static final String PREFIX = "sampler.";

  private SamplerStates() {}

  /** Adds the state's tensors; the number of the next call is the task's to keep. */
  static void write(SamplerState state, SafeTensorsWriter writer) {
    state.tensors().forEach((name, tensor) -> writer.add(PREFIX + name, tensor));
  }

  /**
   * Reads what {@link #write} added.
   *
   * @param nextStep the call to make next
   */
  static SamplerState read(NDManager owner, SafeTensors file, int nextStep) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    file.entries().keySet().stream()
        .filter(name -> name.startsWith(PREFIX))
        .sorted()
        .forEach(name -> tensors.put(name.substring(PREFIX.length()), file.read(owner, name)));
    return new SamplerState(nextStep, tensors);
  }
}
