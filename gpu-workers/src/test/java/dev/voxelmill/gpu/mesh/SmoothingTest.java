package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SmoothingTest {
  private static final double RADIUS = 0.7;

  /** A ball of full and empty voxels, all terraces. */
  private static final TriangleMesh TERRACED =
      MarchingCubes.extract(
          Fields.sample(32, 1, (x, y, z) -> x * x + y * y + z * z < RADIUS * RADIUS ? 1 : 0), 0.5f);

  @Test
  void terracesGoAndTheVolumeStays() {
    TriangleMesh smooth = Smoothing.taubin(TERRACED, 8);

    double before = MeshQuality.of(TERRACED).signedVolume();
    double after = MeshQuality.of(smooth).signedVolume();
    assertEquals(before, after, 0.01 * before);
    assertTrue(roughness(smooth) < 0.75 * roughness(TERRACED), "roughness " + roughness(smooth));
  }

  @Test
  void noPassesMoveNothing() {
    assertArrayEquals(TERRACED.positions(), Smoothing.taubin(TERRACED, 0).positions());
  }

  /** The standard deviation of the distance from the centre. */
  private static double roughness(TriangleMesh mesh) {
    double squares = 0;
    double sum = 0;
    float[] p = mesh.positions();
    for (int v = 0; v < p.length; v += 3) {
      double r = Math.sqrt(p[v] * p[v] + p[v + 1] * p[v + 1] + p[v + 2] * p[v + 2]);
      sum += r;
      squares += r * r;
    }
    double mean = sum / mesh.vertexCount();
    return Math.sqrt(squares / mesh.vertexCount() - mean * mean);
  }
}
