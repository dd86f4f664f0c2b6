package dev.voxelmill.gpu.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.mesh.TriangleMesh;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SamplingTest {

  @Test
  void samplesFollowTheArea() {
    // A triangle of area 1/2 at z = 0 and one of area 2 at z = 1.
    TriangleMesh mesh =
        new TriangleMesh(
            new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 1, 0, 2, 1},
            new int[] {0, 1, 2, 3, 4, 5});

    double[] points = SurfaceSamples.areaWeighted(mesh, 20_000, 5);

    int high = 0;
    double sumX = 0;
    for (int i = 0; i < points.length; i += 3) {
      assertTrue(points[i] >= 0 && points[i + 1] >= 0, "outside its triangle");
      assertTrue(points[i] + points[i + 1] <= (points[i + 2] > 0.5 ? 2 : 1) + 1e-6);
      if (points[i + 2] > 0.5) {
        high++;
        sumX += points[i];
      }
    }
    assertEquals(0.8, high / 20_000.0, 0.012);
    assertEquals(2.0 / 3, sumX / high, 0.02);
  }

  @Test
  void theSameSeedGivesTheSameSamples() {
    TriangleMesh mesh =
        new TriangleMesh(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}, new int[] {0, 1, 2});

    assertArrayEquals(
        SurfaceSamples.areaWeighted(mesh, 10, 1), SurfaceSamples.areaWeighted(mesh, 10, 1));
  }

  @Test
  void theIntervalOfAMeanHasTheWidthOfTheNormalApproximation() {
    double[] values = new double[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    double standardError = Math.sqrt(100 * 100 / 12.0) / 10;

    Bootstrap.Interval interval = Bootstrap.mean95(values, 3);

    assertEquals(49.5, interval.mean());
    assertEquals(49.5 - 1.96 * standardError, interval.low(), 0.4);
    assertEquals(49.5 + 1.96 * standardError, interval.high(), 0.4);
  }

  @Test
  void pairingRemovesWhatObjectsShare() {
    double[] first = {1, 5, 9};
    double[] second = {0, 4, 8};

    Bootstrap.Interval gain = Bootstrap.pairedDifference95(first, second, 1);

    assertEquals(new Bootstrap.Interval(1, 1, 1), gain);
  }

  @Test
  void theTwelvePosesHaveTwelveNames() {
    Set<String> names = new HashSet<>();
    for (EvaluationPose pose : EvaluationPose.ALL) {
      names.add(pose.name());
      assertEquals(1.7, pose.camera().radius());
    }

    assertEquals(12, names.size());
    assertEquals("a007-e05", EvaluationPose.ALL.getFirst().name());
    assertEquals(0.13, EvaluationPose.ALL.getFirst().camera().azimuthRad(), 1e-12);
  }
}
