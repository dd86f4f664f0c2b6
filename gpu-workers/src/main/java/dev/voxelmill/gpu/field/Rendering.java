package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What a bundle of n rays sees of a field.
 *
 * @param image (C, n) float32 colours over the background
 * @param opacity (n) float32, the part of the ray that the field absorbs
 * @param depth (n) float32, expected distance along the ray; the unabsorbed part counts as empty
 *     depth
 * @param weights (n, k) float32, what each sample contributes; 0 where there is no sample
 * @param tape what the backward pass needs again
 */
public record Rendering(NDArray image, NDArray opacity, NDArray depth, NDArray weights, Tape tape) {

  /**
   * @param march the rays' samples on the device
   * @param background (C, n)
   * @param saved raw density, transmittance behind each sample, weight, visibility, indices of the
   *     coloured samples, their colours
   */
  record Tape(UploadedMarch march, NDArray background, NDList saved) {}

  /**
   * A march on the device, m samples in ray order.
   *
   * @param points (3, m) float32 in the grid's [-1, 1]
   * @param distance (m) float32 from the origin
   * @param ray (m) int64
   * @param cell (m) int64, place in the dense (n, k) table
   * @param step (n) float32
   * @param samples k
   */
  record UploadedMarch(
      NDArray points, NDArray distance, NDArray ray, NDArray cell, NDArray step, int samples) {}
}
