package dev.voxelmill.gpu.mesh;

import static org.lwjgl.util.meshoptimizer.MeshOptimizer.meshopt_simplifyWithAttributes;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.lwjgl.system.MemoryUtil;

/**
 * Reduces a mesh to a number of faces by collapsing edges, with meshoptimizer's quadric simplifier.
 *
 * <p>Colours take part in the error, so that the border between two colours survives where the
 * shape alone would not need it. A collapse can close a thin neck onto itself; a result that is no
 * closed manifold any more is thrown away and a milder target is tried.
 */
public final class Simplifier {
  private static final int VECTOR_BYTES = 3 * Float.BYTES;
  private static final int ATTEMPTS = 6;

  private Simplifier() {}

  /**
   * How far to go.
   *
   * @param targetFaces faces to reach, if the error allows it
   * @param maxError largest deviation, as a fraction of the mesh's extent
   * @param colourWeight deviation that a whole step of a colour channel counts for, in the same
   *     unit
   */
  public record Target(int targetFaces, float maxError, float colourWeight) {
    public Target {
      if (targetFaces < 4) {
        throw new IllegalArgumentException("targetFaces: " + targetFaces + " (expected: >= 4)");
      }
      if (!(maxError > 0 && maxError <= 1)) {
        throw new IllegalArgumentException("maxError: " + maxError + " (expected: in (0, 1])");
      }
      if (!(colourWeight >= 0 && Float.isFinite(colourWeight))) {
        throw new IllegalArgumentException(
            "colourWeight: " + colourWeight + " (expected: >= 0 and finite)");
      }
    }
  }

  /**
   * A simplified mesh.
   *
   * @param mesh the mesh, without unused vertices
   * @param error its deviation as a fraction of the extent; 0 when nothing was done
   */
  public record Simplified(TriangleMesh mesh, float error) {}

  /**
   * Simplifies a closed manifold.
   *
   * @param colours colour of each vertex, (V, 3)
   */
  public static Simplified simplify(TriangleMesh mesh, float[] colours, Target target) {
    int faces = target.targetFaces();
    for (int attempt = 0; attempt < ATTEMPTS && faces < mesh.faceCount(); attempt++) {
      Simplified simplified = collapse(mesh, colours, target, faces);
      if (MeshQuality.of(simplified.mesh()).isWatertight()) {
        return simplified;
      }
      faces += Math.max(1, faces / 4);
    }
    return new Simplified(mesh, 0);
  }

  private static Simplified collapse(TriangleMesh mesh, float[] colours, Target target, int faces) {
    int[] indices = mesh.triangles();
    IntBuffer source = MemoryUtil.memAllocInt(indices.length);
    IntBuffer destination = MemoryUtil.memAllocInt(indices.length);
    FloatBuffer positions = MemoryUtil.memAllocFloat(mesh.positions().length);
    FloatBuffer attributes = MemoryUtil.memAllocFloat(colours.length);
    FloatBuffer weights = MemoryUtil.memAllocFloat(3);
    FloatBuffer error = MemoryUtil.memCallocFloat(1);
    try {
      source.put(0, indices);
      positions.put(0, mesh.positions());
      attributes.put(0, colours);
      weights.put(0, target.colourWeight()).put(1, target.colourWeight());
      weights.put(2, target.colourWeight());
      int kept =
          (int)
              meshopt_simplifyWithAttributes(
                  destination,
                  source,
                  positions,
                  mesh.vertexCount(),
                  VECTOR_BYTES,
                  attributes,
                  VECTOR_BYTES,
                  weights,
                  null,
                  3L * faces,
                  target.maxError(),
                  0,
                  error);
      int[] triangles = new int[kept];
      destination.get(0, triangles);
      return new Simplified(compact(mesh.positions(), triangles), error.get(0));
    } finally {
      MemoryUtil.memFree(source);
      MemoryUtil.memFree(destination);
      MemoryUtil.memFree(positions);
      MemoryUtil.memFree(attributes);
      MemoryUtil.memFree(weights);
      MemoryUtil.memFree(error);
    }
  }

  /** Drops unused vertices and keeps the order of the others. */
  private static TriangleMesh compact(float[] positions, int[] triangles) {
    int[] renumbered = new int[positions.length / 3];
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
    int[] compacted = new int[triangles.length];
    for (int i = 0; i < triangles.length; i++) {
      compacted[i] = renumbered[triangles[i]];
    }
    return new TriangleMesh(Arrays.copyOf(kept, 3 * used), compacted);
  }
}
