package dev.voxelmill.gpu.convert;

import dev.voxelmill.gpu.convert.OriginalKind.StableDiffusion;
import java.util.Locale;
import java.util.OptionalLong;

/** What a UNet was trained to predict, which no tensor tells. */
public enum Prediction {
  /** The noise. */
  EPSILON,
  /** The velocity (Salimans and Ho, "Progressive distillation", 2022). */
  V_PREDICTION;

  /** The step of training at which Stable Diffusion 2's base of 512 pixels was saved. */
  private static final long BASE_STEP = 875_000;

  /** Channels of a UNet that sees noisy latents and nothing else. */
  private static final int LATENTS = 4;

  /** The word of diffusers' configurations and of the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What the published checkpoint of this kind predicts: of Stable Diffusion 2 the velocity, but
   * for its base of 512 pixels and its UNets that see more than noisy latents; of all others the
   * noise.
   *
   * @param inputs channels of the UNet
   * @param savedAt the step of training that stands in the file
   */
  static Prediction published(OriginalKind kind, int inputs, OptionalLong savedAt) {
    boolean second = kind.equals(new StableDiffusion(TextTower.OPEN_CLIP));
    boolean base = savedAt.isPresent() && savedAt.getAsLong() == BASE_STEP;
    return second && inputs == LATENTS && !base ? V_PREDICTION : EPSILON;
  }
}
