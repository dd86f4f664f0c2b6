package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.Argument;
import dev.voxelmill.gpu.engine.Kernel;
import java.util.List;

/**
 * The denoiser {@code D(z, sigma)} that a noise network makes, with classifier-free guidance {@code
 * u + s (c - u)} (sjc adapt_sd.py, {@code denoise}). Noise levels snap to the nearest tick.
 */
public final class NetworkDenoiser {
  private final SigmaTable table;
  private final Target target;
  private final double guidance;

  /** What the network was trained to answer. */
  public enum Target {
    /** The noise. */
    EPSILON,
    /** {@code sqrt(a) eps - sqrt(1 - a) x0}. */
    VELOCITY
  }

  /**
   * A denoised batch and what it took.
   *
   * @param denoised (B, C, H, W) float32
   * @param inputs (2B, C, H, W) float32, what the network was asked
   * @param timesteps (2B) int64, at which timesteps
   * @param answers (2B, C, H, W) float32, what it answered
   */
  public record Denoised(NDArray denoised, NDArray inputs, NDArray timesteps, NDArray answers) {}

  public NetworkDenoiser(SigmaTable table, Target target, double guidance) {
    this.table = table;
    this.target = target;
    this.guidance = guidance;
  }

  /**
   * Denoises z (B, C, H, W), one noise level per picture.
   *
   * @param scores the kernel of {@link Scores}
   */
  Denoised denoise(
      NDManager scope, Kernel scores, NoiseNetwork network, NDArray z, float[] sigmas) {
    int batch = sigmas.length;
    long[] timesteps = new long[2 * batch];
    float[] snapped = new float[batch];
    for (int i = 0; i < batch; i++) {
      int timestep = table.nearest(sigmas[i]);
      timesteps[i] = timestep;
      timesteps[batch + i] = timestep;
      snapped[i] = (float) table.at(timestep);
    }
    NDArray levels = scope.create(snapped); // (B)
    NDArray ticks = scope.create(timesteps); // (2B)
    NDArray inputs = scores.callOne(scope, "network_input", z, levels);
    NDArray answers = network.answer(scope, inputs, ticks);
    NDList denoised =
        scores.call(
            scope,
            "denoised",
            List.of(
                Argument.of(z),
                Argument.of(levels),
                Argument.of(inputs),
                Argument.of(answers),
                Argument.of(guidance),
                Argument.of(target == Target.VELOCITY)));
    return new Denoised(denoised.get(0), inputs, ticks, answers);
  }
}
