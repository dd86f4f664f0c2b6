package dev.voxelmill.gpu.field;

/** The axis-aligned box that the voxel grid fills, in world units. */
public final class SceneBox {
  /** Stands in for a direction component of exactly 0, so that its slab is never divided by 0. */
  private static final double PARALLEL = 1e-6;

  private final double[] low;
  private final double[] high;

  /** A box between its smallest and its largest corner, (3) each. */
  public SceneBox(double[] low, double[] high) {
    this.low = low.clone();
    this.high = high.clone();
    for (int axis = 0; axis < 3; axis++) {
      if (!(low[axis] < high[axis])) {
        throw new IllegalArgumentException(
            "box: axis %d from %s to %s (expected: low < high)"
                .formatted(axis, low[axis], high[axis]));
      }
    }
  }

  /** The cube from {@code -half} to {@code +half} on every axis. */
  public static SceneBox cube(double half) {
    return new SceneBox(new double[] {-half, -half, -half}, new double[] {half, half, half});
  }

  /** Smallest coordinate along an axis: 0 is x, 1 is y, 2 is z. */
  double low(int axis) {
    return low[axis];
  }

  /** Largest coordinate along an axis: 0 is x, 1 is y, 2 is z. */
  double high(int axis) {
    return high[axis];
  }

  /** Length of the box along an axis: 0 is x, 1 is y, 2 is z. */
  double extent(int axis) {
    return high[axis] - low[axis];
  }

  /**
   * Where each ray is inside the box (slab test; sjc voxnerf/render.py, {@code ray_box_intersect}).
   */
  public Spans spans(Rays rays) {
    double[] near = new double[rays.count()];
    double[] far = new double[rays.count()];
    for (int ray = 0; ray < near.length; ray++) {
      double entry = Double.NEGATIVE_INFINITY;
      double exit = Double.POSITIVE_INFINITY;
      for (int axis = 0; axis < 3; axis++) {
        double origin = rays.origins()[3 * ray + axis];
        double direction = rays.directions()[3 * ray + axis];
        double slope = direction == 0 ? PARALLEL : direction;
        double first = (low[axis] - origin) / slope;
        double second = (high[axis] - origin) / slope;
        entry = Math.max(entry, Math.min(first, second));
        exit = Math.min(exit, Math.max(first, second));
      }
      near[ray] = entry;
      far[ray] = exit;
    }
    return new Spans(near, far);
  }
}
