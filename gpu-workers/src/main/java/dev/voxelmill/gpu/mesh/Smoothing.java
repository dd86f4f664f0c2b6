package dev.voxelmill.gpu.mesh;

/**
 * Takes the steps of the voxel grid out of a surface without shrinking it.
 *
 * <p>Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995: each pass moves
 * every vertex towards the mean of its neighbours by lambda, then away from it by a little more. Of
 * a wave along the surface, what is shorter than the pass band fades and what is longer stays.
 * Distilled opacities are close to 0 or 1, so that interpolation alone leaves terraces.
 */
final class Smoothing {
  private static final double LAMBDA = 0.5;

  /** 1 / lambda + 1 / mu = 0.1, the pass band that the paper recommends. */
  private static final double MU = 1 / (0.1 - 1 / LAMBDA);

  private Smoothing() {}

  /** The same triangles over moved vertices. */
  static TriangleMesh taubin(TriangleMesh mesh, int passes) {
    double[] positions = new double[mesh.positions().length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = mesh.positions()[i];
    }
    for (int pass = 0; pass < passes; pass++) {
      move(positions, mesh.triangles(), LAMBDA);
      move(positions, mesh.triangles(), MU);
    }
    float[] smooth = new float[positions.length];
    for (int i = 0; i < smooth.length; i++) {
      smooth[i] = (float) positions[i];
    }
    return new TriangleMesh(smooth, mesh.triangles());
  }

  /** Moves each vertex by a part of its way to the mean of its neighbours. */
  private static void move(double[] positions, int[] triangles, double part) {
    double[] sums = new double[positions.length];
    int[] neighbours = new int[positions.length / 3];
    for (int i = 0; i < triangles.length; i++) {
      // On a closed surface every neighbour follows a vertex in exactly one triangle.
      int vertex = triangles[i];
      int next = triangles[i % 3 == 2 ? i - 2 : i + 1];
      for (int axis = 0; axis < 3; axis++) {
        sums[3 * vertex + axis] += positions[3 * next + axis];
      }
      neighbours[vertex]++;
    }
    for (int i = 0; i < positions.length; i++) {
      if (neighbours[i / 3] > 0) {
        positions[i] += part * (sums[i] / neighbours[i / 3] - positions[i]);
      }
    }
  }
}
