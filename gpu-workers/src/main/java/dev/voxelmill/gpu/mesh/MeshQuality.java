package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * What can be said of a mesh by counting and measuring.
 *
 * @param vertices vertices that some triangle uses
 * @param faces triangles
 * @param edges distinct pairs of vertices that some triangle joins
 * @param components parts that are connected through shared vertices
 * @param boundaryEdges edges with one triangle
 * @param nonManifoldEdges edges with more than two triangles, or with two that run the same way
 * @param area in world units squared
 * @param signedVolume positive when the triangles are counter-clockwise seen from outside
 */
public record MeshQuality(
    int vertices,
    int faces,
    int edges,
    int components,
    int boundaryEdges,
    int nonManifoldEdges,
    double area,
    double signedVolume) {

  /** Measures a mesh. */
  public static MeshQuality of(TriangleMesh mesh) {
    EdgeCount edges = EdgeCount.of(mesh);
    double area = 0;
    double volume = 0;
    double[] normals = AreaVectors.of(mesh);
    float[] p = mesh.positions();
    int[] t = mesh.triangles();
    for (int f = 0; f < t.length; f += 3) {
      int a = 3 * t[f];
      area += AreaVectors.area(normals, f);
      volume += (p[a] * normals[f] + p[a + 1] * normals[f + 1] + p[a + 2] * normals[f + 2]) / 6;
    }
    int[] parts = countParts(mesh);
    return new MeshQuality(
        parts[0],
        mesh.faceCount(),
        edges.distinct(),
        parts[1],
        edges.boundary(),
        edges.nonManifold(),
        area,
        volume);
  }

  /** V - E + F: 2 for each sphere, 0 for each torus, summed over the components. */
  public int eulerCharacteristic() {
    return vertices - edges + faces;
  }

  /** Whether every edge has exactly two triangles that run through it in opposite directions. */
  public boolean isWatertight() {
    return boundaryEdges == 0 && nonManifoldEdges == 0;
  }

  private record EdgeCount(int distinct, int boundary, int nonManifold) {

    static EdgeCount of(TriangleMesh mesh) {
      int[] t = mesh.triangles();
      long[] halves = new long[t.length]; // smaller vertex, larger vertex, direction
      for (int f = 0; f < t.length; f += 3) {
        for (int side = 0; side < 3; side++) {
          long from = t[f + side];
          long to = t[f + (side + 1) % 3];
          halves[f + side] =
              from < to ? from << 33 | to << 1 : to << 33 | from << 1 | 1; // 31 bits each
        }
      }
      Arrays.sort(halves);
      int distinct = 0;
      int boundary = 0;
      int nonManifold = 0;
      for (int begin = 0, end; begin < halves.length; begin = end) {
        end = begin + 1;
        while (end < halves.length && halves[end] >> 1 == halves[begin] >> 1) {
          end++;
        }
        distinct++;
        if (end - begin == 1) {
          boundary++;
        } else if (end - begin > 2 || halves[begin] == halves[begin + 1]) {
          nonManifold++;
        }
      }
      return new EdgeCount(distinct, boundary, nonManifold);
    }
  }

  /** The number of used vertices and of connected parts. */
  private static int[] countParts(TriangleMesh mesh) {
    int[] parent = new int[mesh.vertexCount()];
    Arrays.fill(parent, -1);
    int used = 0;
    int parts = 0;
    for (int vertex : mesh.triangles()) {
      if (parent[vertex] < 0) {
        parent[vertex] = vertex;
        used++;
        parts++;
      }
    }
    int[] t = mesh.triangles();
    for (int i = 0; i < t.length; i++) {
      int a = root(parent, t[i]);
      int b = root(parent, t[i % 3 == 0 ? i + 1 : i - 1]);
      if (a != b) {
        parent[Math.max(a, b)] = Math.min(a, b);
        parts--;
      }
    }
    return new int[] {used, parts};
  }

  private static int root(int[] parent, int vertex) {
    int root = vertex;
    while (parent[root] != root) {
      parent[root] = parent[parent[root]];
      root = parent[root];
    }
    return root;
  }
}
