package dev.voxelmill.gpu.mesh;

/** Smooth vertex normals: the sum of the normals of the triangles round a vertex, by their area. */
public final class Normals {
  private Normals() {}

  /** Unit normals, (V, 3); +Z where the triangles round a vertex cancel out. */
  public static float[] areaWeighted(TriangleMesh mesh) {
    double[] sums = new double[3 * mesh.vertexCount()];
    float[] p = mesh.positions();
    int[] t = mesh.triangles();
    for (int f = 0; f < t.length; f += 3) {
      int a = 3 * t[f];
      int b = 3 * t[f + 1];
      int c = 3 * t[f + 2];
      double ux = (double) p[b] - p[a];
      double uy = (double) p[b + 1] - p[a + 1];
      double uz = (double) p[b + 2] - p[a + 2];
      double vx = (double) p[c] - p[a];
      double vy = (double) p[c + 1] - p[a + 1];
      double vz = (double) p[c + 2] - p[a + 2];
      for (int corner : new int[] {a, b, c}) {
        sums[corner] += uy * vz - uz * vy;
        sums[corner + 1] += uz * vx - ux * vz;
        sums[corner + 2] += ux * vy - uy * vx;
      }
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
