package dev.voxelmill.gpu.mesh;

/**
 * The area vectors of a mesh's triangles: each points along its triangle's normal,
 * counter-clockwise corners seen from its tip, and is as long as twice the triangle's area.
 */
public final class AreaVectors {
  private AreaVectors() {}

  /** One vector a triangle, (F, 3), in the square of the mesh's unit. */
  public static double[] of(TriangleMesh mesh) {
    float[] p = mesh.positions();
    int[] t = mesh.triangles();
    double[] vectors = new double[t.length];
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
      vectors[f] = uy * vz - uz * vy;
      vectors[f + 1] = uz * vx - ux * vz;
      vectors[f + 2] = ux * vy - uy * vx;
    }
    return vectors;
  }

  /** The area of the triangle whose vector starts at that place of the array. */
  public static double area(double[] vectors, int start) {
    double x = vectors[start];
    double y = vectors[start + 1];
    double z = vectors[start + 2];
    return Math.sqrt(x * x + y * y + z * z) / 2;
  }
}
