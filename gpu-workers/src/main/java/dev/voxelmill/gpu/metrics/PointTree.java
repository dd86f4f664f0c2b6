package dev.voxelmill.gpu.metrics;

/**
 * A k-d tree over points in space that finds exact nearest distances.
 *
 * <p>The tree is the array itself: the middle point of a range splits it along an axis, the halves
 * lie on either side. The axis goes round with the depth, which suits surfaces well enough.
 */
final class PointTree {
  private static final int LEAF = 8;

  private final double[] points; // (N, 3), reordered

  /** Takes points, (N, 3), which are copied. */
  PointTree(double[] points) {
    if (points.length == 0 || points.length % 3 != 0) {
      throw new IllegalArgumentException(
          "points: " + points.length + " coordinates (expected: a positive multiple of 3)");
    }
    this.points = points.clone();
    split(0, points.length / 3, 0);
  }

  /** The distance from a place to the nearest point. */
  double distance(double x, double y, double z) {
    double[] place = {x, y, z};
    return Math.sqrt(nearest(place, 0, points.length / 3, 0, Double.POSITIVE_INFINITY));
  }

  private double nearest(double[] place, int begin, int end, int axis, double best) {
    if (end - begin <= LEAF) {
      double nearest = best;
      for (int i = begin; i < end; i++) {
        nearest = Math.min(nearest, squaredDistance(place, i));
      }
      return nearest;
    }
    int middle = (begin + end) >>> 1;
    int next = (axis + 1) % 3;
    double toPlane = place[axis] - points[3 * middle + axis];
    double nearest = Math.min(best, squaredDistance(place, middle));
    nearest =
        toPlane < 0
            ? nearest(place, begin, middle, next, nearest)
            : nearest(place, middle + 1, end, next, nearest);
    if (toPlane * toPlane < nearest) {
      nearest =
          toPlane < 0
              ? nearest(place, middle + 1, end, next, nearest)
              : nearest(place, begin, middle, next, nearest);
    }
    return nearest;
  }

  private double squaredDistance(double[] place, int i) {
    double dx = place[0] - points[3 * i];
    double dy = place[1] - points[3 * i + 1];
    double dz = place[2] - points[3 * i + 2];
    return dx * dx + dy * dy + dz * dz;
  }

  private void split(int begin, int end, int axis) {
    if (end - begin <= LEAF) {
      return;
    }
    int middle = (begin + end) >>> 1;
    select(begin, end - 1, middle, axis);
    split(begin, middle, (axis + 1) % 3);
    split(middle + 1, end, (axis + 1) % 3);
  }

  /** Hoare's selection: afterwards the points before {@code target} are not above it. */
  private void select(int first, int last, int target, int axis) {
    int low = first;
    int high = last;
    while (low < high) {
      double pivot = points[3 * ((low + high) >>> 1) + axis];
      int i = low;
      int j = high;
      while (i <= j) {
        while (points[3 * i + axis] < pivot) {
          i++;
        }
        while (points[3 * j + axis] > pivot) {
          j--;
        }
        if (i <= j) {
          swap(i++, j--);
        }
      }
      if (target <= j) {
        high = j;
      } else if (target >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private void swap(int a, int b) {
    for (int axis = 0; axis < 3; axis++) {
      double kept = points[3 * a + axis];
      points[3 * a + axis] = points[3 * b + axis];
      points[3 * b + axis] = kept;
    }
  }
}
