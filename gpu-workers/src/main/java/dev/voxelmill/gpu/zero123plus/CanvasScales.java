package dev.voxelmill.gpu.zero123plus;

import ai.djl.ndarray.NDArray;

/**
 * The scales that the networks of Zero123++ work in (pipeline.py, scale_latents and scale_image).
 * Without them pictures come out washed out.
 */
public final class CanvasScales {
  private static final float LATENT_SHIFT = 0.22f;
  private static final float LATENT_FACTOR = 0.75f;
  private static final float IMAGE_FACTOR = 0.5f;
  private static final float IMAGE_DIVISOR = 0.8f;

  private CanvasScales() {}

  /** From latents of the autoencoder, scaled as always, to those of the UNet. */
  public static NDArray scaleLatents(NDArray latents) {
    return latents.sub(LATENT_SHIFT).mul(LATENT_FACTOR);
  }

  /** From latents of the UNet to those of the autoencoder, scaled as always. */
  public static NDArray unscaleLatents(NDArray latents) {
    return latents.div(LATENT_FACTOR).add(LATENT_SHIFT);
  }

  /** From a picture in -1..1 to what the autoencoder is given. */
  public static NDArray scaleImage(NDArray image) {
    return image.mul(IMAGE_FACTOR).div(IMAGE_DIVISOR);
  }

  /** From what the autoencoder answers to a picture in -1..1. */
  public static NDArray unscaleImage(NDArray image) {
    return image.div(IMAGE_FACTOR).mul(IMAGE_DIVISOR);
  }
}
