package dev.voxelmill.gpu.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a sampler must remember between two calls of the network; nothing else goes into a
 * checkpoint.
 *
 * @param nextStep the call to make next, counted from 0
 * @param tensors float32, by name; {@code sample} always, older answers where the method needs them
 */
public record SamplerState(int nextStep, Map<String, NDArray> tensors) {
  public SamplerState {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    if (!tensors.containsKey(Names.SAMPLE)) {
      throw new IllegalArgumentException(
          "tensors: " + tensors.keySet() + " (expected: " + Names.SAMPLE + " among them)");
    }
  }

  /** The noisy sample; after the last call the clean one. */
  public NDArray sample() {
    return tensors.get(Names.SAMPLE);
  }

  /** The state after every tensor was handed to another owner. */
  public SamplerState ownedBy(NDManager owner) {
    tensors.values().forEach(tensor -> tensor.attach(owner));
    return this;
  }
}
