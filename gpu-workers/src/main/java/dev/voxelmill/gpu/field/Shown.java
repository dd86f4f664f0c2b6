package dev.voxelmill.gpu.field;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A rendered view inside a step, and the gradient that is being gathered for it.
 *
 * @param view which view
 * @param rays its rays
 * @param rendering what they see
 * @param picture (1, C, H, W) float32, what a denoiser is shown
 * @param depth (H, W) float32
 * @param gradient what has been asked of the rendering so far
 */
public record Shown(
    View view,
    Rays rays,
    Rendering rendering,
    NDArray picture,
    NDArray depth,
    RenderGradient gradient) {

  /** Asks for a change of the picture: {@code factor} times a gradient of its shape. */
  public void askPicture(NDManager scope, PictureSpace space, NDArray of, double factor) {
    switch (space) {
      case LATENT -> gradient.addImage(of, factor);
      case RGBA -> {
        long colours = picture.getShape().get(1) - 1;
        NDArray flat = of.reshape(colours + 1, -1);
        flat.attach(scope);
        // The picture is twice colours and opacity, less one.
        NDArray image = flat.get("0:" + colours);
        NDArray opacity = flat.get(Long.toString(colours));
        gradient.addImage(image, 2 * factor);
        gradient.addOpacity(opacity, 2 * factor);
      }
    }
  }
}
