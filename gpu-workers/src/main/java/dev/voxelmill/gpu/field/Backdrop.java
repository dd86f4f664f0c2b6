package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;

/** What a ray sees behind the field. */
public sealed interface Backdrop {
  /** One value in every channel: 1 is white. */
  record Plain(double value) implements Backdrop {}

  /** The field's own texture by direction, trained with it. */
  record Texture() implements Backdrop {}

  /**
   * The same picture behind every view, resized to it.
   *
   * @param picture (1, C, h, w) float32
   */
  record Picture(NDArray picture) implements Backdrop {}
}
