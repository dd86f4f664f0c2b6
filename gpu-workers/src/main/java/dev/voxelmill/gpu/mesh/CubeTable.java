package dev.voxelmill.gpu.mesh;

import java.util.ArrayList;
import java.util.List;

/**
 * The triangles of each of the 256 ways in which a surface can cut a cube, derived and not listed.
 *
 * <p>Corner c of the unit cube lies at (c & 1, c >> 1 & 1, c >> 2 & 1); edge number {@code 4 * axis
 * + k} is the k-th edge along that axis in order of its lower corner.
 */
final class CubeTable {
  /*
   * Derivation.
   *
   * 1. On each face, seen from outside and walked counter-clockwise, every maximal run of inside
   *    corners is cut off by one directed segment from the edge where the walk enters the run to
   *    the edge where it leaves it. The choice depends on the face's own corners alone, so the two
   *    cubes that share a face agree on its segments: the surface has no holes. Two inside corners
   *    that touch only across a face diagonal are kept apart, so what is joined is exactly what is
   *    connected through edges of the grid (6-connectivity), the notion FieldCleanup uses.
   * 2. A crossed edge belongs to two faces; it is entered on the one and left on the other. So the
   *    segments chain into closed loops of 3 to 7 crossings, counter-clockwise seen from outside.
   * 3. A loop is filled with triangles whose inner diagonals never join two crossings of one face.
   *    An edge of the mesh then lies inside one cube, where exactly two triangles share it, or on
   *    one face, where it is a segment with one triangle on either side. So every edge of the mesh
   *    has exactly two triangles, in opposite directions. Such a filling exists for each of the
   *    256 cases; among them the one of the longest diagonals is taken, which is what Lorensen and
   *    Cline's table does, and of two mirror images the right-handed one, so that the table is the
   *    same seen along every axis. Short diagonals would take 0.1 % of the volume off a torus.
   */
  static final int EDGES = 12;
  private static final double TIE_BREAK = 1e-3;

  private static final CubeTable TABLE = new CubeTable();

  private final int[] lowerCorner = new int[EDGES];
  private final int[][] edgeBetween = new int[8][8];
  private final int[][] faces = new int[6][]; // corners counter-clockwise, seen from outside
  private final boolean[][] coplanar = new boolean[EDGES][EDGES]; // both crossings on one face
  private final byte[][] triangles = new byte[256][];

  private CubeTable() {
    numberEdges();
    orientFaces();
    for (int inside = 0; inside < 256; inside++) {
      derive(inside);
    }
  }

  /**
   * Edge numbers of the triangles of a case, three by three; bit c is set when corner c is inside.
   */
  static byte[] triangles(int insideBits) {
    return TABLE.triangles[insideBits];
  }

  /** The axis (0 x, 1 y, 2 z) along which an edge runs. */
  static int axis(int edge) {
    return edge / 4;
  }

  /** The corner of an edge that has the smaller coordinate. */
  static int lowerCorner(int edge) {
    return TABLE.lowerCorner[edge];
  }

  private void numberEdges() {
    int edge = 0;
    for (int axis = 0; axis < 3; axis++) {
      for (int corner = 0; corner < 8; corner++) {
        int other = corner | 1 << axis;
        if (other != corner) {
          lowerCorner[edge] = corner;
          edgeBetween[corner][other] = edge;
          edgeBetween[other][corner] = edge;
          edge++;
        }
      }
    }
  }

  private void orientFaces() {
    for (int axis = 0; axis < 3; axis++) {
      int u = 1 << (axis + 1) % 3;
      int v = 1 << (axis + 2) % 3;
      int high = 1 << axis;
      faces[2 * axis] = new int[] {0, v, u | v, u};
      faces[2 * axis + 1] = new int[] {high, high | u, high | u | v, high | v};
    }
    for (int[] face : faces) {
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
          coplanar[faceEdge(face, i)][faceEdge(face, j)] = true;
        }
      }
    }
  }

  /** The edge between corner i of a face and the corner before it. */
  private int faceEdge(int[] face, int i) {
    return edgeBetween[face[(i + 3) % 4]][face[i % 4]];
  }

  private void derive(int inside) {
    int[] next = new int[EDGES];
    boolean[] open = new boolean[EDGES];
    for (int[] face : faces) {
      for (int i = 0; i < 4; i++) {
        if (isInside(inside, face[i]) && !isInside(inside, face[(i + 3) % 4])) {
          int end = i + 1;
          while (isInside(inside, face[end % 4])) {
            end++;
          }
          int entered = faceEdge(face, i);
          next[entered] = faceEdge(face, end);
          open[entered] = true;
        }
      }
    }
    List<Integer> filled = new ArrayList<>();
    for (int start = 0; start < EDGES; start++) {
      List<Integer> loop = new ArrayList<>();
      for (int edge = start; open[edge]; edge = next[edge]) {
        open[edge] = false;
        loop.add(edge);
      }
      if (!loop.isEmpty()) {
        filled.addAll(fill(inside, loop, 0, loop.size() - 1).triangles());
      }
    }
    triangles[inside] = new byte[filled.size()];
    for (int i = 0; i < filled.size(); i++) {
      triangles[inside][i] = filled.get(i).byteValue();
    }
  }

  private static boolean isInside(int inside, int corner) {
    return (inside >> corner & 1) != 0;
  }

  /** A triangulation of a part of a loop; an infinite cost says that there is none. */
  private record Filling(double cost, List<Integer> triangles) {}

  /** The cheapest filling of the polygon loop[first..last], whose closing side is already paid. */
  private Filling fill(int inside, List<Integer> loop, int first, int last) {
    if (last - first < 2) {
      return new Filling(0, List.of());
    }
    Filling best = new Filling(Double.POSITIVE_INFINITY, List.of());
    for (int apex = first + 1; apex < last; apex++) {
      Filling left = fill(inside, loop, first, apex);
      Filling right = fill(inside, loop, apex, last);
      double cost =
          left.cost()
              + right.cost()
              + diagonal(inside, loop, first, apex)
              + diagonal(inside, loop, apex, last);
      if (cost < best.cost()) {
        List<Integer> all = new ArrayList<>(left.triangles());
        all.addAll(List.of(loop.get(first), loop.get(apex), loop.get(last)));
        all.addAll(right.triangles());
        best = new Filling(cost, all);
      }
    }
    return best;
  }

  /**
   * Minus the squared length between edge middles; sides are free, diagonals of faces forbidden.
   */
  private double diagonal(int inside, List<Integer> loop, int from, int to) {
    if (to - from == 1) {
      return 0;
    }
    int a = loop.get(from);
    int b = loop.get(to);
    if (coplanar[a][b]) {
      return Double.POSITIVE_INFINITY;
    }
    double squares = 0;
    for (int axis = 0; axis < 3; axis++) {
      double along = middle(b, axis) - middle(a, axis);
      squares += along * along;
    }
    return -squares - TIE_BREAK * twist(inside, a, b);
  }

  /** The volume that a diagonal spans with the two edges it joins, both directed outwards. */
  private double twist(int inside, int a, int b) {
    int third = 3 - axis(a) - axis(b);
    if (axis(a) == axis(b)) {
      return 0;
    }
    double cross = (axis(a) + 1) % 3 == axis(b) ? 1 : -1;
    double outwards = direction(inside, a) * direction(inside, b);
    return cross * outwards * (middle(b, third) - middle(a, third));
  }

  private double direction(int inside, int edge) {
    return isInside(inside, lowerCorner[edge]) ? 1 : -1;
  }

  private double middle(int edge, int axis) {
    return axis == axis(edge) ? 0.5 : lowerCorner[edge] >> axis & 1;
  }
}
