package dev.voxelmill.gpu.mesh;

/**
 * A part of a surface, cut off by planes of the grid; {@link MarchingCubes#weld} joins slabs.
 *
 * <p>Every vertex is named by the edge of the grid on which it lies. The key orders edges by the z,
 * then y, then x of their lower end, then by axis, counting the padding; it ascends strictly.
 */
public final class MeshSlab {
  private final long[] keys; // (V) ascending
  private final float[] positions; // (V, 3) world
  private final int[] triangles; // (F, 3) indices into this slab's vertices

  MeshSlab(long[] keys, float[] positions, int[] triangles) {
    this.keys = keys;
    this.positions = positions;
    this.triangles = triangles;
  }

  long[] keys() {
    return keys;
  }

  float[] positions() {
    return positions;
  }

  int[] triangles() {
    return triangles;
  }
}
