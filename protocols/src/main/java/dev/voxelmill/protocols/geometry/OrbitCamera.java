package dev.voxelmill.protocols.geometry;

/**
 * A pinhole camera on a sphere round the origin that looks at the origin, world +Z up.
 *
 * <p>Camera axes are OpenGL's: +x right, +y up, the camera looks along -z. Azimuth is measured from
 * world +X towards +Y, elevation from the XY plane towards +Z. The field of view is horizontal.
 *
 * @param azimuthRad any finite angle, radians
 * @param elevationRad in (-pi/2, pi/2), radians; the poles have no defined up
 * @param radius distance of the eye from the origin, > 0, in the object's units
 * @param fovRad horizontal field of view in (0, pi), radians
 */
public record OrbitCamera(double azimuthRad, double elevationRad, double radius, double fovRad) {

  public OrbitCamera {
    if (!Double.isFinite(azimuthRad)) {
      throw new IllegalArgumentException("azimuthRad: " + azimuthRad + " (expected: finite)");
    }
    if (!(Math.abs(elevationRad) < Math.PI / 2)) {
      throw new IllegalArgumentException(
          "elevationRad: " + elevationRad + " (expected: in (-pi/2, pi/2))");
    }
    if (!(radius > 0) || Double.isInfinite(radius)) {
      throw new IllegalArgumentException("radius: " + radius + " (expected: > 0 and finite)");
    }
    if (!(fovRad > 0 && fovRad < Math.PI)) {
      throw new IllegalArgumentException("fovRad: " + fovRad + " (expected: in (0, pi))");
    }
  }

  /** A camera given in degrees. */
  public static OrbitCamera ofDegrees(
      double azimuthDeg, double elevationDeg, double radius, double fovDeg) {
    return new OrbitCamera(
        StrictMath.toRadians(azimuthDeg),
        StrictMath.toRadians(elevationDeg),
        radius,
        StrictMath.toRadians(fovDeg));
  }

  /** The same camera turned about world +Z by an angle in radians. */
  public OrbitCamera turned(double angleRad) {
    return new OrbitCamera(azimuthRad + angleRad, elevationRad, radius, fovRad);
  }

  /** Position of the camera centre in the world, (3). */
  public double[] eye() {
    double cosElevation = StrictMath.cos(elevationRad);
    return new double[] {
      radius * cosElevation * StrictMath.cos(azimuthRad),
      radius * cosElevation * StrictMath.sin(azimuthRad),
      radius * StrictMath.sin(elevationRad)
    };
  }

  /**
   * The camera-to-world transform as a row-major (3, 4) matrix: columns are the camera's x, y and z
   * axes in world coordinates and the eye.
   */
  public double[] cameraToWorld() {
    double sinAzimuth = StrictMath.sin(azimuthRad);
    double cosAzimuth = StrictMath.cos(azimuthRad);
    double sinElevation = StrictMath.sin(elevationRad);
    double cosElevation = StrictMath.cos(elevationRad);
    double[] eye = eye();
    return new double[] {
      -sinAzimuth,
      -sinElevation * cosAzimuth,
      cosElevation * cosAzimuth,
      eye[0],
      cosAzimuth,
      -sinElevation * sinAzimuth,
      cosElevation * sinAzimuth,
      eye[1],
      0,
      cosElevation,
      sinElevation,
      eye[2]
    };
  }
}
