package dev.voxelmill.gpu.metrics;

import dev.voxelmill.gpu.mesh.AreaVectors;
import dev.voxelmill.gpu.mesh.TriangleMesh;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import java.util.Arrays;

/** Points on a mesh, spread evenly over its area. */
public final class SurfaceSamples {
  private static final NoiseStream STREAM = NoiseStream.named("metrics/surface-samples");

  private SurfaceSamples() {}

  /** Points, (count, 3), drawn independently of one another with probability by area. */
  public static double[] areaWeighted(TriangleMesh mesh, int count, long seed) {
    double[] cumulated = cumulatedAreas(mesh);
    double total = cumulated.length == 0 ? 0 : cumulated[cumulated.length - 1];
    if (!(total > 0)) {
      throw new IllegalArgumentException("mesh: area " + total + " (expected: > 0)");
    }
    Noise noise = new Noise(seed);
    double[] points = new double[3 * count];
    for (int i = 0; i < count; i++) {
      double area = noise.uniform(STREAM, 0, 3L * i) * total;
      int found = Arrays.binarySearch(cumulated, area);
      int face = found >= 0 ? found + 1 : -found - 1; // the first whose sum is above
      double root = Math.sqrt(noise.uniform(STREAM, 0, 3L * i + 1));
      double split = noise.uniform(STREAM, 0, 3L * i + 2);
      place(mesh, face, 1 - root, root * split, points, 3 * i);
    }
    return points;
  }

  /** Writes wa * a + wb * b + (1 - wa - wb) * c of a face. */
  private static void place(
      TriangleMesh mesh, int face, double wa, double wb, double[] points, int at) {
    float[] p = mesh.positions();
    int[] t = mesh.triangles();
    for (int axis = 0; axis < 3; axis++) {
      points[at + axis] =
          wa * p[3 * t[3 * face] + axis]
              + wb * p[3 * t[3 * face + 1] + axis]
              + (1 - wa - wb) * p[3 * t[3 * face + 2] + axis];
    }
  }

  private static double[] cumulatedAreas(TriangleMesh mesh) {
    double[] vectors = AreaVectors.of(mesh);
    double[] cumulated = new double[mesh.faceCount()];
    double sum = 0;
    for (int f = 0; f < cumulated.length; f++) {
      sum += AreaVectors.area(vectors, 3 * f);
      cumulated[f] = sum;
    }
    return cumulated;
  }
}
