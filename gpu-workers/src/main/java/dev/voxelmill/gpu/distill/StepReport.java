package dev.voxelmill.gpu.distill;

/**
 * What a step of distillation saw.
 *
 * @param step which, from 0
 * @param residual mean squared distance between the rendered pictures and what the denoiser expects
 * @param input weighted loss against the input view, 0 without one
 * @param regularisers weighted sum of the other losses
 */
public record StepReport(int step, double residual, double input, double regularisers) {
  /** One number for progress: all that the step wants smaller. */
  public double loss() {
    return residual + input + regularisers;
  }
}
