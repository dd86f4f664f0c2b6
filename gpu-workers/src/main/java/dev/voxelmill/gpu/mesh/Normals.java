package dev.voxelmill.gpu.mesh;

/** Smooth vertex normals: the sum of the normals of the triangles round a vertex, by their area. */
public final class Normals {
  private Normals() {}

  /** Unit normals, (V, 3); +Z where the triangles round a vertex cancel out. */
  public static float[] areaWeighted(TriangleMesh mesh) {
    double[] sums = new double[3 * mesh.vertexCount()];
    double[] vectors = AreaVectors.of(mesh);
    int[] t = mesh.triangles();
    for (int corner = 0; corner < t.length; corner++) {
      int face = corner - corner % 3;
      int vertex = 3 * t[corner];
      sums[vertex] += vectors[face];
      sums[vertex + 1] += vectors[face + 1];
      sums[vertex + 2] += vectors[face + 2];
    }
    float[] normals = new float[sums.length];
    for (int v = 0; v < sums.length; v += 3) {
      double length =
          Math.sqrt(sums[v] * sums[v] + sums[v + 1] * sums[v + 1] + sums[v + 2] * sums[v + 2]);
      if (length > 0) {
        normals[v] = (float) (sums[v] / length);
        normals[v + 1] = (float) (sums[v + 1] / length);
        normals[v + 2] = (float) (sums[v + 2] / length);
      } else {
        normals[v + 2] = 1;
      }
    }
    return normals;
  }
}
