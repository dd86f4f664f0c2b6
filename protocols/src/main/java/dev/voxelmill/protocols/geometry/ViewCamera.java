package dev.voxelmill.protocols.geometry;

/**
 * The camera of the input picture, which defines azimuth 0.
 *
 * @param elevationDeg how far the camera stands above the object's equator, degrees in (-90, 90)
 * @param fovDeg horizontal field of view, degrees in [5, 120]
 * @param radius distance to the object's centre in [0.5, 10]; the object fills a box of +-0.6
 */
public record ViewCamera(double elevationDeg, double fovDeg, double radius) {
  /**
   * What a request that names no camera gets: the camera that the default prior was trained for.
   */
  public static final ViewCamera DEFAULT = new ViewCamera(20, 49.1, 1.7);

  public ViewCamera {
    requireWithin("camera.elevationDeg", elevationDeg, -89.9, 89.9);
    requireWithin("camera.fovDeg", fovDeg, 5, 120);
    requireWithin("camera.radius", radius, 0.5, 10);
  }

  /** This view as an orbit camera at azimuth 0. */
  public OrbitCamera toOrbit() {
    return OrbitCamera.ofDegrees(0, elevationDeg, radius, fovDeg);
  }

  private static void requireWithin(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: in [" + low + ", " + high + "])");
    }
  }
}
