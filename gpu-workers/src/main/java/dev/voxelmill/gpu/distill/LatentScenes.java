package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.field.Backdrop;
import dev.voxelmill.gpu.field.ColourActivation;
import dev.voxelmill.gpu.field.FieldLayout;
import dev.voxelmill.gpu.field.Lookup;
import dev.voxelmill.gpu.field.Marching;
import dev.voxelmill.gpu.field.Padding;
import dev.voxelmill.gpu.field.PictureSpace;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.field.SceneBox;
import dev.voxelmill.gpu.field.VoxelField;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;

/**
 * The scenes that 3drec distils: a field of latents in a box of +-1 before the latents of white
 * (zero123 3drec/run_zero123.py and voxnerf/vox.py).
 */
public final class LatentScenes {
  /** Half the edge of the box. */
  public static final double HALF_BOX = 1;

  /** How far from the centre the input camera stands (pose.R of 3drec's configuration). */
  public static final double INPUT_RADIUS = 2;

  /** Added to the stored density before its softplus. */
  public static final double SHIFT = -1;

  private static final NoiseStream COLOURS = NoiseStream.named("distill/latent-colours");
  private static final int CHANNELS = 4;
  private static final double STEP_RATIO = 0.5;
  private static final double COLOUR_THRESHOLD = 1e-4;
  private static final double EMPTY_DEPTH = 10;

  private LatentScenes() {}

  /** The field of a cubic grid with this many voxels along an edge. */
  public static FieldLayout layout(int size) {
    return new FieldLayout(
        size,
        size,
        size,
        CHANNELS,
        SceneBox.cube(HALF_BOX),
        SHIFT,
        1,
        ColourActivation.IDENTITY,
        Padding.ZEROS,
        COLOUR_THRESHOLD,
        EMPTY_DEPTH);
  }

  /**
   * The scene of such a field.
   *
   * @param white (1, 4, h, w) scaled latents of a white picture
   */
  public static Scene of(FieldLayout layout, NDArray white) {
    return new Scene(
        layout,
        new Marching.FixedStep(STEP_RATIO),
        new Backdrop.Picture(white),
        PictureSpace.LATENT,
        Lookup.SEPARATE);
  }

  /** The field before the first step: stored density 0 and normal latents. */
  public static VoxelField start(NDManager owner, FieldLayout layout, long seed) {
    int voxels = VoxelField.voxels(layout);
    float[] latents = new Noise(seed).normals(COLOURS, 0, layout.channels() * voxels);
    return VoxelField.of(owner, layout, new float[voxels], latents);
  }
}
