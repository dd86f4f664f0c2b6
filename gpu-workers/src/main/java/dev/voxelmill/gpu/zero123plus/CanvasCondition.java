package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * What the networks made of a picture; all that the denoising of its canvas needs. With guidance
 * there are G = 2 rows, the negative first; without it one.
 *
 * @param latents of the reference, (G, 4, h, w), not multiplied by the autoencoder's scaling
 * @param tokens that the UNet attends to, (G, T, D)
 */
public record CanvasCondition(NDArray latents, NDArray tokens) {
  public boolean guided() {
    return latents.getShape().get(0) == 2;
  }

  /** The condition after its tensors were handed to another owner. */
  public CanvasCondition ownedBy(NDManager owner) {
    List.of(latents, tokens).forEach(tensor -> tensor.attach(owner));
    return this;
  }
}
