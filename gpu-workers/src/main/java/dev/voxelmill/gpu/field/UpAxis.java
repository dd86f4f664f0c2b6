package dev.voxelmill.gpu.field;

/** The world axis that points up: +Y in SJC, +Z in 3drec and inside this system. */
public enum UpAxis {
  X,
  Y,
  Z;

  /** The axis as a unit vector, (3). */
  double[] direction() {
    return switch (this) {
      case X -> new double[] {1, 0, 0};
      case Y -> new double[] {0, 1, 0};
      case Z -> new double[] {0, 0, 1};
    };
  }

  /** A point with the given height along this axis; the two planar coordinates keep their order. */
  public double[] point(double first, double second, double height) {
    return switch (this) {
      case X -> new double[] {height, first, second};
      case Y -> new double[] {first, height, second};
      case Z -> new double[] {first, second, height};
    };
  }
}
