package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * What it costs to merge a vertex into a neighbour: how far the neighbour lies from what the vertex
 * stands for.
 *
 * <p>Each vertex stands for the planes of the triangles that have come to it, summed up as one
 * quadric: Garland and Heckbert, "Surface simplification using quadric error metrics", SIGGRAPH
 * 1997, each plane weighted by its triangle's area. Two more distances count beside the one to the
 * planes: the step between the colours, and a little of the edge's length, which keeps flat places
 * evenly meshed. Costs are areas times squared distances.
 */
final class MergeCosts {
  /** Of p^T A p + 2 b^T p + c: A's six terms, b's three, c; then the sum of the areas. */
  private static final int TERMS = 11;

  private static final int AREA = TERMS - 1;

  /** The square of the part of an edge's length that counts as distance. */
  private static final double LENGTH_WEIGHT = 1e-4;

  private final ClosedSurface surface;
  private final double colourWeight;
  private float[] colours; // (V, 3)
  private double[] terms; // (V, 11)

  /**
   * The costs before the first merge.
   *
   * @param mesh what the surface was made of
   * @param colours colour of each vertex, (V, 3)
   * @param colourDistance distance that a whole step of a channel counts for, in units of the mesh
   */
  MergeCosts(ClosedSurface surface, TriangleMesh mesh, float[] colours, double colourDistance) {
    this.surface = surface;
    this.colours = colours;
    this.colourWeight = colourDistance * colourDistance;
    this.terms = new double[TERMS * mesh.vertexCount()];
    double[] vectors = AreaVectors.of(mesh);
    for (int face = 0; face < vectors.length; face += 3) {
      double area = AreaVectors.area(vectors, face);
      if (area > 0) {
        addPlane(mesh, vectors, face, area);
      }
    }
  }

  private void addPlane(TriangleMesh mesh, double[] vectors, int face, double area) {
    double nx = vectors[face] / (2 * area);
    double ny = vectors[face + 1] / (2 * area);
    double nz = vectors[face + 2] / (2 * area);
    int point = mesh.triangles()[face];
    double d = -(nx * surface.x(point) + ny * surface.y(point) + nz * surface.z(point));
    double[] plane = {
      nx * nx, nx * ny, nx * nz, ny * ny, ny * nz, nz * nz, nx * d, ny * d, nz * d, d * d, 1
    };
    for (int corner = face; corner < face + 3; corner++) {
      int start = TERMS * mesh.triangles()[corner];
      for (int term = 0; term < TERMS; term++) {
        terms[start + term] += area * plane[term];
      }
    }
  }

  /** The cost of merging a vertex into a neighbour. */
  double of(int vertex, int neighbour) {
    double distance =
        colourWeight * squaredColourStep(vertex, neighbour)
            + LENGTH_WEIGHT * surface.squaredDistance(vertex, neighbour);
    return toPlanes(vertex, surface.x(neighbour), surface.y(neighbour), surface.z(neighbour))
        + terms[TERMS * vertex + AREA] * distance;
  }

  /** The distance for which a merge of a vertex was given that cost, as a root of a mean square. */
  double distance(int vertex, double cost) {
    double area = terms[TERMS * vertex + AREA];
    return area > 0 ? Math.sqrt(cost / area) : 0;
  }

  private double toPlanes(int vertex, double x, double y, double z) {
    int q = TERMS * vertex;
    double quadratic =
        terms[q] * x * x
            + terms[q + 3] * y * y
            + terms[q + 5] * z * z
            + 2 * (terms[q + 1] * x * y + terms[q + 2] * x * z + terms[q + 4] * y * z);
    double linear = terms[q + 6] * x + terms[q + 7] * y + terms[q + 8] * z;
    return Math.max(0, quadratic + 2 * linear + terms[q + 9]);
  }

  private double squaredColourStep(int a, int b) {
    double sum = 0;
    for (int channel = 0; channel < 3; channel++) {
      double step = (double) colours[3 * a + channel] - colours[3 * b + channel];
      sum += step * step;
    }
    return sum;
  }

  /** Lets a vertex stand for what another one stood for as well. */
  void merge(int gone, int kept) {
    for (int term = 0; term < TERMS; term++) {
      terms[TERMS * kept + term] += terms[TERMS * gone + term];
    }
  }

  /** Lets a new vertex look like another one and stand for the same. */
  void copy(int vertex, int copy) {
    if (TERMS * (copy + 1) > terms.length) {
      int room = copy + copy / 4 + 8;
      terms = Arrays.copyOf(terms, TERMS * room);
      colours = Arrays.copyOf(colours, 3 * room);
    }
    System.arraycopy(terms, TERMS * vertex, terms, TERMS * copy, TERMS);
    System.arraycopy(colours, 3 * vertex, colours, 3 * copy, 3);
  }
}
