package dev.voxelmill.gpu.field;

import static java.util.Objects.requireNonNull;

/**
 * How views of a field come about, the same for every step of a run.
 *
 * @param layout of the field
 * @param marching how rays are sampled
 * @param backdrop what is behind the field
 * @param space what a denoiser is shown
 * @param lookup which of two equal ways to look the field up
 */
public record Scene(
    FieldLayout layout, Marching marching, Backdrop backdrop, PictureSpace space, Lookup lookup) {
  public Scene {
    requireNonNull(layout, "layout");
    requireNonNull(marching, "marching");
    requireNonNull(backdrop, "backdrop");
    requireNonNull(space, "space");
    requireNonNull(lookup, "lookup");
  }
}
