package dev.voxelmill.gpu.mesh;

import java.util.Arrays;
import java.util.List;

/**
 * Marching cubes: the closed surface round everything of a field that lies above a level.
 *
 * <p>The mesh is a closed orientable manifold for every field: each edge has exactly two triangles,
 * which run through it in opposite directions, and normals point from above the level to below.
 * Beyond the grid everything counts as below; a surface that reaches the border is capped half a
 * cell outside the outermost samples, which for cell centres is the face of the box.
 *
 * <p>See Lorensen and Cline, "Marching cubes", SIGGRAPH 1987; {@link CubeTable} says how ambiguous
 * faces are settled. Vertices are welded by the grid edge on which they lie and ordered by it, so
 * slabs that were extracted apart, even on other machines, weld to the same bytes as one
 * extraction.
 */
public final class MarchingCubes {
  private MarchingCubes() {}

  /** The surface of the whole field. */
  public static TriangleMesh extract(ScalarField field, float level) {
    return weld(List.of(extractSlab(field, level, 0, slabLayers(field))));
  }

  /** The number of layers of cubes along z, the padding included; slabs partition [0, layers). */
  public static int slabLayers(ScalarField field) {
    return field.size().nz() + 1;
  }

  /** The surface within the cube layers [begin, end); its borders fit those of its neighbours. */
  public static MeshSlab extractSlab(ScalarField field, float level, int begin, int end) {
    if (!Float.isFinite(level)) {
      throw new IllegalArgumentException("level: " + level + " (expected: finite)");
    }
    if (begin < 0 || begin >= end || end > slabLayers(field)) {
      throw new IllegalArgumentException(
          "slab: ["
              + begin
              + ", "
              + end
              + ") (expected: a part of [0, "
              + slabLayers(field)
              + "))");
    }
    return new SlabSweep(field, level).sweep(begin, end);
  }

  /** Joins slabs, given in order of z, into one mesh; the partition leaves no trace. */
  public static TriangleMesh weld(List<MeshSlab> slabs) {
    long[] keys =
        slabs.stream()
            .flatMapToLong(slab -> Arrays.stream(slab.keys()))
            .sorted()
            .distinct()
            .toArray();
    float[] positions = new float[3 * keys.length];
    int[] triangles = new int[slabs.stream().mapToInt(slab -> slab.triangles().length).sum()];
    int filled = 0;
    for (MeshSlab slab : slabs) {
      int[] welded = new int[slab.keys().length];
      int vertex = 0;
      for (int local = 0; local < welded.length; local++) {
        while (keys[vertex] < slab.keys()[local]) {
          vertex++;
        }
        welded[local] = vertex;
        System.arraycopy(slab.positions(), 3 * local, positions, 3 * vertex, 3);
      }
      for (int local : slab.triangles()) {
        triangles[filled++] = welded[local];
      }
    }
    return new TriangleMesh(positions, triangles);
  }
}
