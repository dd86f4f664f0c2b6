package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/** The best that {@link ManifoldCollapse} can do at a vertex, and what it costs. */
final class BestStep {
  /** What can be done at a vertex, the most welcome first. */
  enum Kind {
    /** Merge it into its partner. */
    MERGE,
    /** Cut along the cycle of the vertex, its partner and a third one. */
    CUT,
    /** Merge it into its partner although a triangle turns over. */
    FOLD,
    /** Remove the tetrahedron that it belongs to. */
    DROP
  }

  /** A triangle that turns by an angle of a smaller cosine counts as turned over. */
  private static final double LEAST_TURN_COSINE = 0.25;

  private final ClosedSurface surface;
  private final MergeCosts mergeCosts;
  private int[] met; // (V), the search in which a vertex was last a neighbour
  private int search;

  private Kind kind = Kind.DROP;
  private double cost;
  private int partner;
  private int third;

  BestStep(ClosedSurface surface, MergeCosts mergeCosts) {
    this.surface = surface;
    this.mergeCosts = mergeCosts;
    this.met = new int[surface.vertices()];
  }

  Kind kind() {
    return kind;
  }

  /** Of a merge its {@link MergeCosts}, of a cut the way round it, of a drop an edge's length. */
  double cost() {
    return cost;
  }

  int partner() {
    return partner;
  }

  int third() {
    return third;
  }

  /** Finds the best step of a vertex. */
  void find(int vertex) {
    kind = Kind.DROP;
    cost = Double.POSITIVE_INFINITY;
    int valence = meetNeighbours(vertex);
    for (int at = surface.firstCorner(vertex);
        at != ClosedSurface.END;
        at = surface.cornerAfter(vertex, at)) {
      int neighbour = surface.following(at);
      if (sharedNeighbours(neighbour) > 2) {
        weighCuts(vertex, neighbour);
      } else if (valence == 3 && surface.valence(neighbour) == 3) {
        double edge = Math.sqrt(surface.squaredDistance(vertex, neighbour));
        offer(Kind.DROP, edge, neighbour, neighbour);
      } else {
        weighMerge(vertex, neighbour);
      }
    }
  }

  private int meetNeighbours(int vertex) {
    search++;
    if (met.length < surface.vertices()) {
      met = Arrays.copyOf(met, surface.vertices() + surface.vertices() / 4);
    }
    int valence = 0;
    for (int at = surface.firstCorner(vertex);
        at != ClosedSurface.END;
        at = surface.cornerAfter(vertex, at)) {
      met[surface.following(at)] = search;
      valence++;
    }
    return valence;
  }

  private int sharedNeighbours(int neighbour) {
    int shared = 0;
    for (int at = surface.firstCorner(neighbour);
        at != ClosedSurface.END;
        at = surface.cornerAfter(neighbour, at)) {
      shared += met[surface.following(at)] == search ? 1 : 0;
    }
    return shared;
  }

  private void weighCuts(int vertex, int neighbour) {
    if (kind == Kind.MERGE) {
      return;
    }
    for (int at = surface.firstCorner(neighbour);
        at != ClosedSurface.END;
        at = surface.cornerAfter(neighbour, at)) {
      int other = surface.following(at);
      if (met[other] == search && !surface.isFace(vertex, neighbour, other)) {
        offer(Kind.CUT, perimeter(vertex, neighbour, other), neighbour, other);
      }
    }
  }

  private void weighMerge(int vertex, int neighbour) {
    double merged = mergeCosts.of(vertex, neighbour);
    if (kind != Kind.MERGE || merged < cost) {
      offer(folds(vertex, neighbour) ? Kind.FOLD : Kind.MERGE, merged, neighbour, neighbour);
    }
  }

  private void offer(Kind itsKind, double itsCost, int itsPartner, int itsThird) {
    int order = itsKind.compareTo(kind);
    if (order < 0 || (order == 0 && itsCost < cost)) {
      kind = itsKind;
      cost = itsCost;
      partner = itsPartner;
      third = itsThird;
    }
  }

  private double perimeter(int a, int b, int c) {
    return Math.sqrt(surface.squaredDistance(a, b))
        + Math.sqrt(surface.squaredDistance(b, c))
        + Math.sqrt(surface.squaredDistance(c, a));
  }

  /** Whether a triangle that stays would turn over if a vertex went to a neighbour's place. */
  private boolean folds(int vertex, int neighbour) {
    for (int at = surface.firstCorner(vertex);
        at != ClosedSurface.END;
        at = surface.cornerAfter(vertex, at)) {
      int a = surface.following(at);
      int b = surface.preceding(at);
      if (a != neighbour && b != neighbour && turns(vertex, neighbour, a, b)) {
        return true;
      }
    }
    return false;
  }

  /** Whether triangle (from, a, b) turns over, or comes to nothing, as (to, a, b). */
  private boolean turns(int from, int to, int a, int b) {
    double ex = (double) surface.x(b) - surface.x(a);
    double ey = (double) surface.y(b) - surface.y(a);
    double ez = (double) surface.z(b) - surface.z(a);
    double fx = (double) surface.x(from) - surface.x(a);
    double fy = (double) surface.y(from) - surface.y(a);
    double fz = (double) surface.z(from) - surface.z(a);
    double tx = (double) surface.x(to) - surface.x(a);
    double ty = (double) surface.y(to) - surface.y(a);
    double tz = (double) surface.z(to) - surface.z(a);
    // The area vectors before (m) and after (n).
    double mx = ey * fz - ez * fy;
    double my = ez * fx - ex * fz;
    double mz = ex * fy - ey * fx;
    double nx = ey * tz - ez * ty;
    double ny = ez * tx - ex * tz;
    double nz = ex * ty - ey * tx;
    double lengths = Math.sqrt((mx * mx + my * my + mz * mz) * (nx * nx + ny * ny + nz * nz));
    return lengths == 0 || mx * nx + my * ny + mz * nz < LEAST_TURN_COSINE * lengths;
  }
}
