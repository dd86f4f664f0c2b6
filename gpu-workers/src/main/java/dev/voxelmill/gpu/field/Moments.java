package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;

/**
 * What an optimiser remembers about one tensor.
 *
 * @param first running mean of the gradient, of the tensor's shape, float32
 * @param second Adam: running mean of its square; Adamax: its decayed maximum
 */
public record Moments(NDArray first, NDArray second) {

  /** Moments of a tensor before its first step; they belong to the tensor's manager. */
  public static Moments zerosLike(NDArray tensor) {
    return new Moments(tensor.zerosLike(), tensor.zerosLike());
  }
}
