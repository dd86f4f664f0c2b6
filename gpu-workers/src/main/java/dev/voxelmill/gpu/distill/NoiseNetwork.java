package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** A network that was trained to see the noise in a picture, with and without a condition. */
@FunctionalInterface
public interface NoiseNetwork {
  /**
   * Answers for a batch whose first half is unconditional and whose second half is conditional.
   *
   * @param inputs (2B, C, H, W) float32, the noisy pictures in unit variance twice
   * @param timesteps (2B) int64
   * @return (2B, C, H, W) float32, noise or velocity
   */
  NDArray answer(NDManager scope, NDArray inputs, NDArray timesteps);
}
