package dev.voxelmill.gpu.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

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

  /**
   * Answers questions to priors of this model in one call where the model can, each as {@link
   * ViewPrior#denoise} would up to rounding.
   *
   * @param scope owner of the answers
   * @return the expected clean pictures of each question, (B, 4, n, n)
   */
  default List<NDArray> denoise(NDManager scope, List<ViewPrior.Question> questions) {
    return questions.stream().map(question -> question.answer(scope)).toList();
  }

  @Override
  void close();
}
