package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.engine.KernelSource;
import dev.voxelmill.gpu.engine.Shapes;
import java.util.List;

/**
 * Perturb-and-average scoring (sjc run_sjc.py, {@code sjc_3d}; the paper's section 4.2).
 *
 * <p>Notation: y a rendered picture, n normal noise, {@code z = y + sigma n}, D the denoiser. The
 * gradient that climbs the likelihood of y is {@code (D(z) - y) / sigma} with variance reduction,
 * {@code (D(z) - z) / sigma} without; their means agree because n has mean 0.
 */
public final class Scores implements AutoCloseable {
  private final Kernel kernel;

  public Scores(NDManager owner) {
    kernel =
        Kernel.compile(owner, KernelSource.resource(Scores.class, "scores.torchscript", "Scores"));
  }

  /**
   * Noisy pictures z: each of y (V, C, H, W) is repeated for each of its B / V noises (B, C, H, W).
   */
  public NDArray perturb(NDManager scope, NDArray y, NDArray noise, NDArray sigmas) {
    long batch = noise.getShape().get(0);
    Shapes.require(sigmas, "sigmas", batch);
    return kernel.callOne(scope, "perturb", y, noise, sigmas);
  }

  /**
   * What was asked of a denoiser and what it answered.
   *
   * @param y (V, C, H, W) the rendered pictures
   * @param z (B, C, H, W) what was denoised
   * @param denoised (B, C, H, W) D(z)
   * @param sigmas (B) noise levels
   */
  public record Asked(NDArray y, NDArray z, NDArray denoised, NDArray sigmas) {}

  /**
   * Where an answer sends the pictures.
   *
   * @param uphill (V, C, H, W) gradient of the log-likelihood at y, averaged over the noises
   * @param residual () mean squared distance between y and D(z)
   */
  public record Direction(NDArray uphill, NDArray residual) {}

  /** Turns an answer into a direction. */
  public Direction direction(
      NDManager scope, Asked asked, boolean varianceReduction, DistillOptions.Scaling scaling) {
    NDList out =
        kernel.call(
            scope,
            "direction",
            List.of(
                Argument.of(asked.y),
                Argument.of(asked.z),
                Argument.of(asked.denoised),
                Argument.of(asked.sigmas),
                Argument.of(varianceReduction),
                Argument.of(scaling == DistillOptions.Scaling.MEAN_SQUARE)));
    return new Direction(out.get(0), out.get(1));
  }

  /** The score {@code (D - z) / sigma^2} of the smoothed density at z. */
  public NDArray score(NDManager scope, NDArray z, NDArray denoised, NDArray sigmas) {
    return kernel.callOne(scope, "score", z, denoised, sigmas);
  }

  /** Denoises by a network; see {@link NetworkDenoiser}. */
  public NetworkDenoiser.Denoised denoise(
      NDManager scope, NetworkDenoiser denoiser, NoiseNetwork network, NDArray z, float[] sigmas) {
    Shapes.require(z, "z", sigmas.length, -1, -1, -1);
    return denoiser.denoise(scope, kernel, network, z, sigmas);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
