package dev.voxelmill.gpu.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/**
 * What one posed view of an object lets us expect of its other views: the denoiser D(z; sigma) =
 * E[x0 | z, input view, camera].
 *
 * <p>Pictures are (B, 4, n, n) float32: RGB on white, then coverage, each in -1..1. The score of
 * the noisy picture follows as (D(z; sigma) - z) / sigma^2. A prior is bound to its input view when
 * it is made, see {@link ViewPriorModel#condition}, so that what depends on that view alone is
 * computed once.
 */
public interface ViewPrior extends AutoCloseable {

  /**
   * What a prior is asked, see {@link #denoise}.
   *
   * @param z (B, 4, n, n)
   * @param timesteps (B)
   * @param targets (B)
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Question(
      ViewPrior prior,
      NDArray z,
      int[] timesteps,
      List<OrbitCamera> targets,
      double guidanceScale) {
    /** The answer to this question alone. */
    public NDArray answer(NDManager scope) {
      return prior.denoise(scope, z, timesteps, targets, guidanceScale);
    }
  }

  /** Pixels per side n of the pictures. */
  int resolution();

  /**
   * The expected clean pictures.
   *
   * @param scope owner of the result
   * @param z (B, 4, n, n) noisy pictures in the variance-exploding view, x0 + sigma n
   * @param timesteps (B) noise level of each row, as a timestep of {@link
   *     NoiseSchedule#scaledLinear}
   * @param targets (B) camera of each row; azimuths are in the frame of the input camera's
   * @param guidanceScale s in u + s (c - u), where u ignores the input view; 1 is no guidance
   * @return (B, 4, n, n), clipped to -1..1
   */
  NDArray denoise(
      NDManager scope, NDArray z, int[] timesteps, List<OrbitCamera> targets, double guidanceScale);

  @Override
  void close();
}
