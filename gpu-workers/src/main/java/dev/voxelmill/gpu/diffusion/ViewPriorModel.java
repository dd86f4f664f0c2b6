package dev.voxelmill.gpu.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.protocols.geometry.OrbitCamera;

/** A model that imagines unseen views, before it has been shown an object. */
public interface ViewPriorModel extends AutoCloseable {

  /** Pixels per side n of the pictures. */
  int resolution();

  /** Horizontal field of view of the pictures, radians. */
  double fovRad();

  /**
   * Binds the model to an input view.
   *
   * @param owner of what is kept of the view until the prior is closed
   * @param picture (1, 4, n, n) float32, RGB on white and coverage, in -1..1
   * @param camera of that picture
   */
  ViewPrior condition(NDManager owner, NDArray picture, OrbitCamera camera);

  @Override
  void close();
}
