package dev.voxelmill.gpu.mesh;

import static org.lwjgl.util.meshoptimizer.MeshOptimizer.meshopt_simplifyWithAttributes;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.lwjgl.system.MemoryUtil;

/**
 * Reduces a mesh to a number of faces by collapsing edges.
 *
 * <p>Colours take part in the error, so that the border between two colours survives where the
 * shape alone would not need it. meshoptimizer's quadric simplifier does it fast and well, but does
 * not look whether a collapse closes a thin neck onto itself. When its result is no closed manifold
 * or misses the target, {@link ManifoldCollapse} does it instead, slower and for any surface.
 */
public final class Simplifier {
  private static final int VECTOR_BYTES = 3 * Float.BYTES;

  /**
   * How far meshoptimizer may go, as a fraction of the extent. Of toys reduced so far that they
   * deviate by more, {@link ManifoldCollapse} makes the better ones (docs/LOG.md).
   */
  private static final float FAST_ERROR = 0.02f;

  private Simplifier() {}

  /**
   * How far to go.
   *
   * @param targetFaces faces to keep at most, >= 4
   * @param colourWeight deviation that a whole step of a colour channel counts for, as a fraction
   *     of the mesh's extent
   */
  public record Target(int targetFaces, float colourWeight) {
    public Target {
      if (targetFaces < 4) {
        throw new IllegalArgumentException("targetFaces: " + targetFaces + " (expected: >= 4)");
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
   * @param mesh closed and a manifold at its vertices too, as {@link MarchingCubes} makes it
   * @param colours colour of each vertex, (V, 3)
   * @return a closed manifold of no more faces than the target
   */
  public static Simplified simplify(TriangleMesh mesh, float[] colours, Target target) {
    if (mesh.faceCount() <= target.targetFaces()) {
      return new Simplified(mesh, 0);
    }
    Simplified fast = collapse(mesh, colours, target);
    boolean keepsToIt =
        !fast.mesh().isEmpty()
            && fast.mesh().faceCount() <= target.targetFaces()
            && MeshQuality.of(fast.mesh()).isWatertight();
    return keepsToIt ? fast : ManifoldCollapse.reduce(mesh, colours, target);
  }

  private static Simplified collapse(TriangleMesh mesh, float[] colours, Target target) {
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
                  3L * target.targetFaces(),
                  FAST_ERROR,
                  0,
                  error);
      int[] triangles = new int[kept];
      destination.get(0, triangles);
      return new Simplified(
          new TriangleMesh(mesh.positions(), triangles).compacted(), error.get(0));
    } finally {
      MemoryUtil.memFree(source);
      MemoryUtil.memFree(destination);
      MemoryUtil.memFree(positions);
      MemoryUtil.memFree(attributes);
      MemoryUtil.memFree(weights);
      MemoryUtil.memFree(error);
    }
  }
}
