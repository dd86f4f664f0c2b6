package dev.voxelmill.gpu.field;

import java.util.List;

/** A bundle of n rays in world coordinates, view after view, row-major within a view. */
public final class Rays {
  private final double[] origins; // (n, 3)
  private final double[] directions; // (n, 3), unit vectors unless said otherwise

  /** Rays from origins and directions, both (n, 3) row-major, which are taken over. */
  Rays(double[] origins, double[] directions) {
    if (origins.length != directions.length || origins.length % 3 != 0) {
      throw new IllegalArgumentException(
          "rays: %d and %d numbers (expected: n origins and n directions of 3)"
              .formatted(origins.length, directions.length));
    }
    this.origins = origins;
    this.directions = directions;
  }

  /** One ray through every pixel centre (sjc voxnerf/render.py, {@code rays_from_img}). */
  public static Rays through(Intrinsics camera, Pose pose) {
    return through(camera, pose, 1, true);
  }

  /**
   * {@code factor} x {@code factor} rays through every pixel, in row-major order of the finer
   * picture (sjc voxnerf/render.py, {@code subpixel_rays_from_img}).
   */
  public static Rays through(Intrinsics camera, Pose pose, int factor) {
    return through(camera, pose, factor, true);
  }

  /** Rays whose direction has length 1 along the optical axis instead of length 1. */
  public static Rays unnormalised(Intrinsics camera, Pose pose) {
    return through(camera, pose, 1, false);
  }

  private static Rays through(Intrinsics camera, Pose pose, int factor, boolean unit) {
    int columns = camera.width() * factor;
    int rows = camera.height() * factor;
    double first = -0.5 + 1.0 / (2 * factor);
    double[] eye = pose.eye();
    double[] origins = new double[3 * rows * columns];
    double[] directions = new double[origins.length];
    for (int row = 0; row < rows; row++) {
      double y = -(first + (double) row / factor - camera.centreYPx()) / camera.focalPx();
      for (int column = 0; column < columns; column++) {
        double x = (first + (double) column / factor - camera.centreXPx()) / camera.focalPx();
        double length = unit ? Math.sqrt(x * x + y * y + 1) : 1;
        int at = 3 * (row * columns + column);
        System.arraycopy(eye, 0, origins, at, 3);
        pose.turn(x / length, y / length, -1 / length, directions, at);
      }
    }
    return new Rays(origins, directions);
  }

  /** All rays of several bundles, one bundle after the other. */
  public static Rays concatenated(List<Rays> bundles) {
    int length = bundles.stream().mapToInt(bundle -> bundle.origins.length).sum();
    double[] origins = new double[length];
    double[] directions = new double[length];
    int at = 0;
    for (Rays bundle : bundles) {
      System.arraycopy(bundle.origins, 0, origins, at, bundle.origins.length);
      System.arraycopy(bundle.directions, 0, directions, at, bundle.origins.length);
      at += bundle.origins.length;
    }
    return new Rays(origins, directions);
  }

  /** Where the rays begin, (n, 3) row-major; not to be written to. */
  public double[] origins() {
    return origins;
  }

  /** Where they lead, (n, 3) row-major; not to be written to. */
  public double[] directions() {
    return directions;
  }

  /** The number of rays, n. */
  public int count() {
    return origins.length / 3;
  }

  /**
   * Each direction as a place on the background texture, (n, 2) in [-1, 1]: polar angle from +Z,
   * then azimuth (sjc voxnerf/render.py, {@code spherical_xyz_to_uv}).
   */
  public double[] textureCoordinates() {
    double[] uv = new double[2 * count()];
    for (int ray = 0; ray < count(); ray++) {
      double x = directions[3 * ray];
      double y = directions[3 * ray + 1];
      double z = directions[3 * ray + 2];
      uv[2 * ray] = 2 * StrictMath.atan2(Math.sqrt(x * x + y * y), z) / Math.PI - 1;
      uv[2 * ray + 1] = 2 * (StrictMath.atan2(y, x) / (2 * Math.PI) + 0.5) - 1;
    }
    return uv;
  }
}
