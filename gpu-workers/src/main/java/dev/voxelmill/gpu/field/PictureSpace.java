package dev.voxelmill.gpu.field;

/** What a denoiser is shown of a rendering. */
public enum PictureSpace {
  /** The rendered channels as they are: latents of an autoencoder. */
  LATENT,
  /** Colours and opacity from [0, 1] to [-1, 1]: RGB over the backdrop, then coverage. */
  RGBA
}
