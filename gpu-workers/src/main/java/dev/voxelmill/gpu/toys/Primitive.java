package dev.voxelmill.gpu.toys;

/**
 * One convex solid or torus of a toy: the canonical shape in [-1, 1]^3, scaled, rotated, then moved
 * to its centre.
 */
public final class Primitive {
  private final Shape shape;
  private final double[] centre; // (3) world position
  private final double[] scale; // (3) half extents along the local axes
  private final double[] colour; // (3) RGB in 0..1 before shading
  private final double[] rotation; // (9) row-major, columns are the local axes in the world
  private final double tube; // of a torus, radius relative to its ring

  Primitive(
      Shape shape,
      double[] centre,
      double[] scale,
      double[] colour,
      double[] rotation,
      double tube) {
    this.shape = shape;
    this.centre = centre;
    this.scale = scale;
    this.colour = colour;
    this.rotation = rotation;
    this.tube = tube;
  }

  /** Canonical shapes; cones and prisms (gable roofs, ridge along x) have their base at z = -1. */
  public enum Shape {
    BOX,
    SPHERE,
    CYLINDER,
    CONE,
    PRISM,
    TORUS
  }

  Shape shape() {
    return shape;
  }

  double[] centre() {
    return centre;
  }

  double[] scale() {
    return scale;
  }

  double[] colour() {
    return colour;
  }

  double[] rotation() {
    return rotation;
  }

  double tube() {
    return tube;
  }

  /** The same primitive elsewhere, in another size and colour. */
  Primitive with(double[] newCentre, double[] newScale, double[] newColour) {
    return new Primitive(shape, newCentre, newScale, newColour, rotation, tube);
  }

  /** Half extents of the axis-aligned box around the primitive. */
  double[] halfExtents() {
    double[] extents = new double[3];
    for (int i = 0; i < 3; i++) {
      double squares = 0;
      double sum = 0;
      for (int j = 0; j < 3; j++) {
        double reach = rotation[3 * i + j] * scale[j];
        squares += reach * reach;
        sum += Math.abs(reach) * torusReach(j);
      }
      extents[i] = shape == Shape.SPHERE ? Math.sqrt(squares) : sum;
    }
    return extents;
  }

  /** Radius of a sphere around the centre that holds the primitive. */
  double boundingRadius() {
    if (shape == Shape.SPHERE) {
      return Math.max(scale[0], Math.max(scale[1], scale[2]));
    }
    double squares = 0;
    for (int j = 0; j < 3; j++) {
      double reach = scale[j] * torusReach(j);
      squares += reach * reach;
    }
    return Math.sqrt(squares);
  }

  /** How far the canonical shape reaches along a local axis. */
  private double torusReach(int axis) {
    if (shape != Shape.TORUS) {
      return 1;
    }
    return axis < 2 ? 1 + tube : tube;
  }

  boolean contains(double x, double y, double z) {
    double dx = x - centre[0];
    double dy = y - centre[1];
    double dz = z - centre[2];
    double u = (dx * rotation[0] + dy * rotation[3] + dz * rotation[6]) / scale[0];
    double v = (dx * rotation[1] + dy * rotation[4] + dz * rotation[7]) / scale[1];
    double w = (dx * rotation[2] + dy * rotation[5] + dz * rotation[8]) / scale[2];
    return switch (shape) {
      case SPHERE -> u * u + v * v + w * w <= 1;
      case BOX -> Math.abs(u) <= 1 && Math.abs(v) <= 1 && Math.abs(w) <= 1;
      case CYLINDER -> Math.abs(w) <= 1 && u * u + v * v <= 1;
      case CONE -> Math.abs(w) <= 1 && u * u + v * v <= square((1 - w) / 2);
      case PRISM -> w >= -1 && Math.abs(u) <= 1 && Math.abs(v) <= (1 - w) / 2;
      case TORUS -> square(Math.sqrt(u * u + v * v) - 1) + w * w <= tube * tube;
    };
  }

  private static double square(double x) {
    return x * x;
  }
}
