package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Standard normals of one canvas, each a pure function of where it is asked for. */
@FunctionalInterface
public interface CanvasNoise {
  /** What normals are for. */
  enum Use {
    /** The sample of the picture's posterior; step 0 of the picture, 1 of the grey negative. */
    POSTERIOR,
    /** The first sample of the canvas. */
    INITIAL,
    /** What the reference is noised with, afresh at every call of the UNet. */
    REFERENCE,
    /** What the sampler adds after a call of the UNet. */
    STEP
  }

  /**
   * The normals of one use.
   *
   * @param step counts draws of this use from 0; of a call of the UNet, the call
   */
  NDArray draw(NDManager scope, Use use, int step, Shape shape);
}
