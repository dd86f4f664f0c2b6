package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;

/** What a closed manifold is at its vertices. */
final class Fans {
  private Fans() {}

  /** Walks round each vertex from triangle to triangle and counts that one round meets them all. */
  static void assertEachVertexHasOne(TriangleMesh mesh) {
    int[] t = mesh.triangles();
    Map<Long, Integer> after = new HashMap<>(); // (vertex, from) -> to
    int[] degree = new int[mesh.vertexCount()];
    int[] first = new int[mesh.vertexCount()];
    for (int i = 0; i < t.length; i++) {
      int base = i - i % 3;
      int from = t[base + (i + 1) % 3];
      after.put((long) t[i] << 32 | from, t[base + (i + 2) % 3]);
      degree[t[i]]++;
      first[t[i]] = from;
    }
    for (int vertex = 0; vertex < degree.length; vertex++) {
      int steps = 0;
      int at = first[vertex];
      do {
        at = after.get((long) vertex << 32 | at);
        steps++;
      } while (at != first[vertex]);
      assertEquals(degree[vertex], steps, "fans meet in vertex " + vertex);
    }
  }
}
