package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.distill.PictureDecoder;
import dev.voxelmill.gpu.engine.Kernel;
import dev.voxelmill.gpu.nn.diffusers.Autoencoder;

/** Between pictures and latents as the UNet sees them, scaled. */
public final class LatentCodec {
  private final Autoencoder autoencoder;
  private final int picturePx;
  private final Kernel kernel;

  /**
   * Of networks that it does not own.
   *
   * @param picturePx edge of the pictures that they were trained on
   */
  LatentCodec(Autoencoder autoencoder, int picturePx, Kernel kernel) {
    this.autoencoder = autoencoder;
    this.picturePx = picturePx;
    this.kernel = kernel;
  }

  /** The latents of a white picture, (1, 4, h, w). */
  public NDArray white(NDManager scope) {
    try (NDManager work = scope.newSubManager()) {
      NDArray white = work.ones(new Shape(1, 3, picturePx, picturePx));
      NDArray scaled =
          autoencoder.encode(work, white).mean().mul((float) autoencoder.config().scaling());
      scaled.attach(scope);
      return scaled;
    }
  }

  /** From scaled latents to the pictures that they stand for, about -1..1, and back. */
  public PictureDecoder decoder() {
    return new PictureDecoder() {
      @Override
      public NDArray decode(NDManager scope, NDArray picture) {
        try (NDManager work = scope.newSubManager()) {
          return autoencoder.decode(scope, unscaled(work, picture));
        }
      }

      @Override
      public NDArray pullBack(NDManager scope, NDArray picture, NDArray gradient) {
        try (NDManager work = scope.newSubManager()) {
          NDArray pulled = autoencoder.pullBack(work, unscaled(work, picture), gradient);
          return unscaled(scope, pulled);
        }
      }
    };
  }

  /** Latents, or gradients at them, by the scaling. */
  private NDArray unscaled(NDManager scope, NDArray latents) {
    NDArray unscaled = latents.div((float) autoencoder.config().scaling());
    unscaled.attach(scope);
    return unscaled;
  }

  /** The pictures of clean latents, (B, 3, H, W) in 0..1. */
  public NDArray decode(NDManager scope, NDArray latents) {
    try (NDManager work = scope.newSubManager()) {
      return kernel.callOne(scope, "shown", autoencoder.decode(work, unscaled(work, latents)));
    }
  }
}
