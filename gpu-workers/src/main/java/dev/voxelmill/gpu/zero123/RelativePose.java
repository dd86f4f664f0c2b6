package dev.voxelmill.gpu.zero123;

/**
 * The way from the camera of the given picture to that of the wanted one, about the object.
 *
 * <p>Zero-1-to-3 measures the polar angle from +Z downwards, so a camera further up has a smaller
 * one (cvlab-columbia/zero123 at f426883, ldm/data/simple.py, get_T).
 *
 * @param polarRad what the polar angle grows by, at most half a turn either way
 * @param azimuthRad what the azimuth, from +X to +Y, grows by; any number of turns
 * @param radius what the distance grows by
 */
public record RelativePose(double polarRad, double azimuthRad, double radius) {
  private static final double MOST_RADIUS = 100;

  public RelativePose {
    require("polarRad", polarRad, Math.PI);
    require("azimuthRad", azimuthRad, Double.MAX_VALUE);
    require("radius", radius, MOST_RADIUS);
  }

  private static void require(String name, double value, double most) {
    if (!(Math.abs(value) <= most)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: in -%s..%s)".formatted(name, value, most, most));
    }
  }

  /** As the authors' user interface counts: degrees down, degrees to the right, radius. */
  public static RelativePose ofDegrees(double down, double right, double radius) {
    return new RelativePose(Math.toRadians(down), Math.toRadians(right), radius);
  }

  /** Between two eyes that look at the origin, (x, y, z) with +Z up. */
  public static RelativePose between(double[] given, double[] wanted) {
    double[] from = spherical(given);
    double[] to = spherical(wanted);
    return new RelativePose(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
  }

  /** Polar angle from +Z in 0..pi, azimuth from +X to +Y in -pi..pi, and distance of an eye. */
  public static double[] spherical(double[] eye) {
    double across = Math.hypot(eye[0], eye[1]);
    return new double[] {
      Math.atan2(across, eye[2]), Math.atan2(eye[1], eye[0]), Math.hypot(across, eye[2])
    };
  }

  /** What the network is told: polar angle, sine and cosine of the azimuth, radius. */
  public float[] vector() {
    return new float[] {
      (float) polarRad, (float) Math.sin(azimuthRad), (float) Math.cos(azimuthRad), (float) radius
    };
  }
}
