package dev.voxelmill.gpu.metrics;

import dev.voxelmill.gpu.mesh.TriangleMesh;

/**
 * Which cells of a cubic grid have their centres inside a mesh, by counting crossings of rays.
 *
 * <p>A centre is inside when a ray from it meets the surface an odd number of times. Rays run along
 * each of the three axes and the majority decides, so that a hole in an unclosed mesh costs the
 * cells behind it in one direction and not in all.
 */
public final class RayParity {
  /*
   * Every ray meets a closed mesh an even number of times only if a ray through a shared edge or
   * vertex counts exactly one of the triangles that meet there. Marching cubes puts vertices right
   * on such rays, so this is the common case and not an accident. The side of an edge on which a
   * ray lies is computed with the edge's ends in one fixed order, so both triangles see exactly
   * opposite numbers; a ray that lies on an edge is taken to be an infinitesimal step off, first
   * along v, then along u, the same step for every triangle.
   */
  private final TriangleMesh mesh;
  private final int n;
  private final double halfExtent;

  private RayParity(TriangleMesh mesh, int n, double halfExtent) {
    this.mesh = mesh;
    this.n = n;
    this.halfExtent = halfExtent;
  }

  /**
   * Occupancy of the cube round the origin.
   *
   * @param n cells along each axis
   * @param halfExtent half the side of the cube
   * @return (n, n, n) in memory order [z][y][x]
   */
  public static boolean[] occupancy(TriangleMesh mesh, int n, double halfExtent) {
    RayParity parity = new RayParity(mesh, n, halfExtent);
    int[] votes = new int[n * n * n];
    for (int axis = 0; axis < 3; axis++) {
      parity.vote(axis, votes);
    }
    boolean[] inside = new boolean[votes.length];
    for (int i = 0; i < votes.length; i++) {
      inside[i] = votes[i] >= 2;
    }
    return inside;
  }

  /** Casts all rays along one axis; u and v are the two axes after it, in turn. */
  private void vote(int axis, int[] votes) {
    boolean[] flips = new boolean[n * n * (n + 1)]; // (v, u, number of centres before a crossing)
    int[] t = mesh.triangles();
    for (int f = 0; f < t.length; f += 3) {
      cross(corner(t[f], axis), corner(t[f + 1], axis), corner(t[f + 2], axis), flips);
    }
    int[] strides = {1, n, n * n};
    int along = strides[axis];
    int alongU = strides[(axis + 1) % 3];
    int alongV = strides[(axis + 2) % 3];
    for (int v = 0; v < n; v++) {
      for (int u = 0; u < n; u++) {
        boolean inside = false;
        for (int i = n - 1; i >= 0; i--) {
          inside ^= flips[(v * n + u) * (n + 1) + i + 1];
          votes[i * along + u * alongU + v * alongV] += inside ? 1 : 0;
        }
      }
    }
  }

  /** A vertex seen along a ray: its depth, then its place across. */
  private record Corner(double depth, double u, double v) {
    boolean isBehind(Corner other) {
      return u == other.u && v == other.v;
    }
  }

  private Corner corner(int vertex, int axis) {
    float[] p = mesh.positions();
    return new Corner(
        p[3 * vertex + axis], p[3 * vertex + (axis + 1) % 3], p[3 * vertex + (axis + 2) % 3]);
  }

  private void cross(Corner a, Corner b, Corner c, boolean[] flips) {
    if (a.isBehind(b) && b.isBehind(c)) {
      return; // a point seen along the ray, whose sides have no left
    }
    int firstU = Math.max(0, before(Math.min(a.u, Math.min(b.u, c.u))) - 1);
    int lastU = Math.min(n - 1, before(Math.max(a.u, Math.max(b.u, c.u))));
    int firstV = Math.max(0, before(Math.min(a.v, Math.min(b.v, c.v))) - 1);
    int lastV = Math.min(n - 1, before(Math.max(a.v, Math.max(b.v, c.v))));
    for (int v = firstV; v <= lastV; v++) {
      for (int u = firstU; u <= lastU; u++) {
        double pu = centre(u);
        double pv = centre(v);
        boolean ab = isLeft(a, b, pu, pv);
        if (ab == isLeft(b, c, pu, pv) && ab == isLeft(c, a, pu, pv)) {
          int cell = (v * n + u) * (n + 1) + before(depth(a, b, c, pu, pv));
          flips[cell] = !flips[cell];
        }
      }
    }
  }

  /** Whether a place lies left of the directed line through two corners; never on it. */
  private static boolean isLeft(Corner from, Corner to, double u, double v) {
    boolean inOrder = from.u < to.u || (from.u == to.u && from.v < to.v);
    Corner low = inOrder ? from : to;
    Corner high = inOrder ? to : from;
    double side = (high.u - low.u) * (v - low.v) - (high.v - low.v) * (u - low.u);
    // A place on the line counts as moved by a step along +v, which is to the left of a line that
    // runs towards +u; by a smaller one along +u, which is to the right of one straight along +v.
    boolean leftInOrder = side != 0 ? side > 0 : low.u < high.u;
    return inOrder == leftInOrder;
  }

  /** The depth at which a ray meets a triangle's plane. */
  private static double depth(Corner a, Corner b, Corner c, double u, double v) {
    double wa = area(b, c, u, v);
    double wb = area(c, a, u, v);
    double wc = area(a, b, u, v);
    double sum = wa + wb + wc;
    return sum == 0
        ? (a.depth + b.depth + c.depth) / 3
        : (wa * a.depth + wb * b.depth + wc * c.depth) / sum;
  }

  private static double area(Corner from, Corner to, double u, double v) {
    return (to.u - from.u) * (v - from.v) - (to.v - from.v) * (u - from.u);
  }

  private double centre(int cell) {
    return -halfExtent + (cell + 0.5) * (2 * halfExtent / n);
  }

  /** The number of centres before a coordinate, in [0, n]. */
  private int before(double coordinate) {
    double cells = (coordinate + halfExtent) / (2 * halfExtent / n) - 0.5;
    return (int) Math.max(0, Math.min(n, Math.ceil(cells)));
  }
}
