package dev.voxelmill.gpu.mesh;

/** An axis-aligned box in the world; every extent is positive. */
public record Bounds(Point3 min, Point3 max) {

  public Bounds {
    if (!(min.x() < max.x() && min.y() < max.y() && min.z() < max.z())) {
      throw new IllegalArgumentException(
          "bounds: " + min + " to " + max + " (expected: min < max on every axis)");
    }
  }

  /** The cube round the origin that reaches from {@code -halfExtent} to {@code +halfExtent}. */
  public static Bounds cube(double halfExtent) {
    return new Bounds(
        new Point3(-halfExtent, -halfExtent, -halfExtent),
        new Point3(halfExtent, halfExtent, halfExtent));
  }
}
