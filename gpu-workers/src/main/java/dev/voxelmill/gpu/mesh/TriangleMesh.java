package dev.voxelmill.gpu.mesh;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * An indexed triangle mesh; triangles are counter-clockwise seen from outside.
 *
 * <p>The arrays are shared, not copied: whoever makes a mesh hands them over.
 */
public final class TriangleMesh {
  private final float[] positions; // (V, 3) world
  private final int[] triangles; // (F, 3) vertex indices

  public TriangleMesh(float[] positions, int[] triangles) {
    this.positions = requireNonNull(positions, "positions");
    this.triangles = requireNonNull(triangles, "triangles");
    if (positions.length % 3 != 0 || triangles.length % 3 != 0) {
      throw new IllegalArgumentException(
          "mesh: "
              + positions.length
              + " coordinates and "
              + triangles.length
              + " indices (expected: multiples of 3)");
    }
    int vertices = positions.length / 3;
    for (int index : triangles) {
      if (index < 0 || index >= vertices) {
        throw new IllegalArgumentException(
            "triangles: index " + index + " (expected: in [0, " + vertices + "))");
      }
    }
  }

  /** Vertex positions, (V, 3), shared. */
  public float[] positions() {
    return positions;
  }

  /** Vertex indices, (F, 3), shared. */
  public int[] triangles() {
    return triangles;
  }

  public int vertexCount() {
    return positions.length / 3;
  }

  public int faceCount() {
    return triangles.length / 3;
  }

  public boolean isEmpty() {
    return triangles.length == 0;
  }

  /**
   * The same triangles without the vertices that none of them uses; the others keep their order.
   */
  public TriangleMesh compacted() {
    int[] renumbered = new int[vertexCount()];
    Arrays.fill(renumbered, -1);
    for (int vertex : triangles) {
      renumbered[vertex] = 0;
    }
    int used = 0;
    float[] kept = new float[positions.length];
    for (int vertex = 0; vertex < renumbered.length; vertex++) {
      if (renumbered[vertex] == 0) {
        System.arraycopy(positions, 3 * vertex, kept, 3 * used, 3);
        renumbered[vertex] = used++;
      }
    }
    int[] indices = new int[triangles.length];
    for (int i = 0; i < triangles.length; i++) {
      indices[i] = renumbered[triangles[i]];
    }
    return new TriangleMesh(Arrays.copyOf(kept, 3 * used), indices);
  }
}
