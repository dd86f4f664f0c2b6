package dev.voxelmill.gpu.distill;

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

/** The scenes that the shipped prior distils: an RGB field in a small box before white. */
public final class PictureScenes {
  /** Half the edge of the box: the objects' 0.6 and a margin, so that surfaces close inside. */
  public static final double HALF_BOX = 0.62;

  private static final double SHIFT = -1;

  /** Density per unit length of a softplus of 1; makes a voxel of a 32 grid opaque in few steps. */
  private static final double DENSITY_SCALE = 30;

  private static final double COLOUR_THRESHOLD = 1e-4;
  private static final double EMPTY_DEPTH = 2.5;

  /** Samples on a ray for each voxel along an edge; 48 for a grid of 32. */
  private static final double SAMPLES_PER_VOXEL = 1.5;

  /** Where a soft ball's density has fallen to the shift, in half edges of the box. */
  private static final double BALL_RADIUS = 0.75;

  private PictureScenes() {}

  /** The scene of a cubic grid with this many voxels along an edge. */
  public static Scene ofGrid(int size) {
    FieldLayout layout =
        new FieldLayout(
            size,
            size,
            size,
            3,
            SceneBox.cube(HALF_BOX),
            SHIFT,
            DENSITY_SCALE,
            ColourActivation.SIGMOID,
            Padding.BORDER,
            COLOUR_THRESHOLD,
            EMPTY_DEPTH);
    return new Scene(
        layout,
        new Marching.EqualParts((int) Math.ceil(SAMPLES_PER_VOXEL * size)),
        new Backdrop.Plain(1),
        PictureSpace.RGBA,
        Lookup.SEPARATE);
  }

  /** A grey ball that fades outwards: where distillation starts when nothing is known. */
  public static VoxelField softBall(NDManager owner, FieldLayout layout) {
    int voxels = VoxelField.voxels(layout);
    float[] density = new float[voxels];
    for (int z = 0; z < layout.z(); z++) {
      for (int y = 0; y < layout.y(); y++) {
        for (int x = 0; x < layout.x(); x++) {
          double radius =
              Math.sqrt(
                  square(centre(x, layout.x()))
                      + square(centre(y, layout.y()))
                      + square(centre(z, layout.z())));
          density[(z * layout.y() + y) * layout.x() + x] =
              (float) (2 * Math.max(1 - radius / BALL_RADIUS, -1.5));
        }
      }
    }
    float[] colour = new float[layout.channels() * voxels];
    return VoxelField.of(owner, layout, density, colour);
  }

  /** Centre of a voxel in half edges of the box. */
  private static double centre(int index, int extent) {
    return (2 * index + 1.0) / extent - 1;
  }

  private static double square(double value) {
    return value * value;
  }
}
