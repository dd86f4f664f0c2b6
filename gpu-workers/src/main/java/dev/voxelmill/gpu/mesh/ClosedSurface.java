package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * The triangles of a closed manifold while it changes: vertices are merged, necks cut, parts
 * dropped.
 *
 * <p>Every operation turns a closed manifold without double edges into another one, if what it asks
 * for holds. A vertex is met through its corners, which are chained in a ring of no particular
 * order; since the triangles round a vertex close up, the vertices that follow it in them are its
 * neighbours, each once. New vertices and triangles get the next free numbers, and numbers are
 * never used twice.
 */
final class ClosedSurface {
  /** What follows the last corner of a vertex. */
  static final int END = -1;

  private static final int GONE = -1;

  /** How far the rims of a cut draw back, as a part of the way to the mean of their neighbours. */
  private static final float RETREAT = 0.25f;

  private float[] positions; // (V, 3)
  private int[] anyCorner; // (V), GONE where the vertex is
  private int[] vertexOf; // (F, 3) per corner, GONE where the triangle is
  private int[] nextCorner; // (F, 3) another corner of the same vertex, in a ring
  private int vertices;
  private int corners;
  private int faces;

  ClosedSurface(TriangleMesh mesh) {
    positions = mesh.positions().clone();
    vertices = mesh.vertexCount();
    anyCorner = new int[vertices];
    Arrays.fill(anyCorner, GONE);
    vertexOf = new int[mesh.triangles().length];
    nextCorner = new int[vertexOf.length];
    for (int vertex : mesh.triangles()) {
      addCorner(vertex);
    }
    faces = mesh.faceCount();
  }

  /** One more than the largest vertex number, vertices that are gone included. */
  int vertices() {
    return vertices;
  }

  /** Triangles that are left. */
  int faces() {
    return faces;
  }

  boolean has(int vertex) {
    return anyCorner[vertex] != GONE;
  }

  float x(int vertex) {
    return positions[3 * vertex];
  }

  float y(int vertex) {
    return positions[3 * vertex + 1];
  }

  float z(int vertex) {
    return positions[3 * vertex + 2];
  }

  double squaredDistance(int a, int b) {
    double dx = (double) x(a) - x(b);
    double dy = (double) y(a) - y(b);
    double dz = (double) z(a) - z(b);
    return dx * dx + dy * dy + dz * dz;
  }

  /** A corner of a vertex, from which {@link #cornerAfter} leads to all others. */
  int firstCorner(int vertex) {
    return anyCorner[vertex];
  }

  /** Another corner of a vertex, or {@link #END} after the last one. */
  int cornerAfter(int vertex, int corner) {
    int next = nextCorner[corner];
    return next == anyCorner[vertex] ? END : next;
  }

  /** The vertex that follows a corner in its triangle, counter-clockwise. */
  int following(int corner) {
    return vertexOf[corner % 3 == 2 ? corner - 2 : corner + 1];
  }

  /** The vertex before a corner in its triangle, counter-clockwise. */
  int preceding(int corner) {
    return vertexOf[corner % 3 == 0 ? corner + 2 : corner - 1];
  }

  int valence(int vertex) {
    int valence = 0;
    for (int corner = anyCorner[vertex]; corner != END; corner = cornerAfter(vertex, corner)) {
      valence++;
    }
    return valence;
  }

  boolean isFace(int a, int b, int c) {
    return preceding(cornerTowards(a, b)) == c || preceding(cornerTowards(a, c)) == b;
  }

  /**
   * Merges a vertex into a neighbour, which keeps its place; the two triangles between them go.
   *
   * @param gone a vertex whose neighbours shared with {@code kept} are the two opposite to their
   *     edge, and which is not part of a tetrahedron
   */
  void collapse(int gone, int kept) {
    removeTriangle(cornerTowards(gone, kept));
    removeTriangle(cornerTowards(kept, gone));
    for (int corner = anyCorner[gone]; corner != END; corner = cornerAfter(gone, corner)) {
      vertexOf[corner] = kept;
    }
    splice(anyCorner[gone], anyCorner[kept]);
    anyCorner[gone] = GONE;
  }

  /**
   * Cuts through three edges that bound no triangle, and closes both rims with a triangle each.
   *
   * @return the copy of {@code a}; those of {@code b} and {@code c} are numbered after it
   */
  int cut(int a, int b, int c) {
    int[] cycle = {a, b, c};
    int[][] left = {fan(a, b, c), fan(b, c, a), fan(c, a, b)};
    int copies = vertices;
    for (int i = 0; i < 3; i++) {
      int copy = addVertex(cycle[i]);
      for (int corner : left[i]) {
        unlink(corner);
        link(corner, copy);
      }
    }
    addTriangle(a, b, c);
    addTriangle(copies, copies + 2, copies + 1);
    for (int i = 0; i < 3; i++) {
      retreat(copies + i);
    }
    return copies;
  }

  /** Removes a tetrahedron, by one of its vertices. */
  void dropTetrahedron(int vertex) {
    int corner = anyCorner[vertex];
    removeTriangle(cornerTowards(preceding(corner), following(corner))); // the one opposite
    while (has(vertex)) {
      removeTriangle(anyCorner[vertex]);
    }
  }

  /** What is left, without unused vertices. */
  TriangleMesh toMesh() {
    int[] triangles = Arrays.stream(vertexOf, 0, corners).filter(v -> v != GONE).toArray();
    return new TriangleMesh(Arrays.copyOf(positions, 3 * vertices), triangles).compacted();
  }

  /** The corner of a vertex whose triangle goes on to the given neighbour. */
  private int cornerTowards(int vertex, int neighbour) {
    for (int corner = anyCorner[vertex]; corner != END; corner = cornerAfter(vertex, corner)) {
      if (following(corner) == neighbour) {
        return corner;
      }
    }
    throw new IllegalStateException(
        "edge: " + vertex + " to " + neighbour + " (expected: an edge of a closed manifold)");
  }

  /** The corners of a vertex from one neighbour to another, counter-clockwise. */
  private int[] fan(int vertex, int from, int to) {
    int[] fan = new int[valence(vertex)];
    int size = 0;
    for (int at = from; at != to; size++) {
      fan[size] = cornerTowards(vertex, at);
      at = preceding(fan[size]);
    }
    return Arrays.copyOf(fan, size);
  }

  private void retreat(int vertex) {
    double[] mean = new double[3];
    for (int corner = anyCorner[vertex]; corner != END; corner = cornerAfter(vertex, corner)) {
      for (int axis = 0; axis < 3; axis++) {
        mean[axis] += positions[3 * following(corner) + axis];
      }
    }
    int valence = valence(vertex);
    for (int axis = 0; axis < 3; axis++) {
      float here = positions[3 * vertex + axis];
      positions[3 * vertex + axis] = (float) (here + RETREAT * (mean[axis] / valence - here));
    }
  }

  private int addVertex(int like) {
    if (vertices == anyCorner.length) {
      anyCorner = Arrays.copyOf(anyCorner, grown(vertices));
      positions = Arrays.copyOf(positions, 3 * anyCorner.length);
    }
    System.arraycopy(positions, 3 * like, positions, 3 * vertices, 3);
    anyCorner[vertices] = GONE;
    return vertices++;
  }

  private void addTriangle(int a, int b, int c) {
    if (corners + 3 > vertexOf.length) {
      vertexOf = Arrays.copyOf(vertexOf, 3 * grown(corners / 3));
      nextCorner = Arrays.copyOf(nextCorner, vertexOf.length);
    }
    addCorner(a);
    addCorner(b);
    addCorner(c);
    faces++;
  }

  private static int grown(int length) {
    return length + length / 4 + 8;
  }

  private void addCorner(int vertex) {
    link(corners++, vertex);
  }

  private void removeTriangle(int corner) {
    int first = corner - corner % 3;
    for (int each = first; each < first + 3; each++) {
      unlink(each);
    }
    Arrays.fill(vertexOf, first, first + 3, GONE);
    faces--;
  }

  private void link(int corner, int vertex) {
    vertexOf[corner] = vertex;
    nextCorner[corner] = corner;
    if (anyCorner[vertex] == GONE) {
      anyCorner[vertex] = corner;
    } else {
      splice(corner, anyCorner[vertex]);
    }
  }

  private void unlink(int corner) {
    int vertex = vertexOf[corner];
    int before = corner;
    while (nextCorner[before] != corner) {
      before = nextCorner[before];
    }
    nextCorner[before] = nextCorner[corner];
    anyCorner[vertex] = before == corner ? GONE : before;
  }

  /** Makes one ring of the two to which the corners belong. */
  private void splice(int one, int other) {
    int next = nextCorner[one];
    nextCorner[one] = nextCorner[other];
    nextCorner[other] = next;
  }
}
