package dev.voxelmill.gpu.field;

/** How the stored colour features become colours (sjc voxnerf/vox.py, {@code feats2color}). */
public enum ColourActivation {
  /** The features are the colours: latents of an autoencoder (V_SD). */
  IDENTITY(0),
  /** A sigmoid, colours in (0, 1) (VoxRF). */
  SIGMOID(1),
  /** A sigmoid stretched to (-1, 1) (V_SJC). */
  SIGNED_SIGMOID(2);

  private final int code;

  ColourActivation(int code) {
    this.code = code;
  }

  /** The number by which the kernel knows it. */
  int code() {
    return code;
  }
}
