package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.field.View;
import java.util.List;

/** What a diffusion model expects behind the noise. */
@FunctionalInterface
public interface Denoiser {
  /**
   * The expected clean pictures.
   *
   * @param scope owner of the result
   * @param z (B, C, H, W) float32 pictures {@code y + sigma n}
   * @param sigmas noise level of each
   * @param views from where each was seen; when there are fewer than B, each serves an equal run
   * @return (B, C, H, W) float32
   */
  NDArray denoise(NDManager scope, NDArray z, double[] sigmas, List<View> views);
}
