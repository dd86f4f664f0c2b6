package dev.voxelmill.gpu.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PointDistancesTest {

  @Property(tries = 100)
  void theTreeFindsWhatExhaustiveSearchFinds(
      @ForAll @IntRange(min = 1, max = 200) int count, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] points = points(random, count);
    PointTree tree = new PointTree(points);

    for (int query = 0; query < 20; query++) {
      double[] place = points(random, 1);

      assertEquals(
          exhaustive(points, place), tree.distance(place[0], place[1], place[2]), 0, "query");
    }
  }

  @Test
  void twoPointsApartMeasureTheirDistance() {
    double[] a = {0, 0, 0};
    double[] b = {0, 3, 4};

    PointDistances distances = PointDistances.between(a, b);

    assertEquals(5, distances.chamfer());
    assertEquals(50, distances.chamferSquaredSum());
    assertEquals(5, distances.hausdorff());
    assertEquals(0, distances.fScore(5));
    assertEquals(1, distances.fScore(5.01));
  }

  /** Coarse coordinates, so that ties and duplicates are common. */
  private static double[] points(SplittableRandom random, int count) {
    double[] points = new double[3 * count];
    for (int i = 0; i < points.length; i++) {
      points[i] = random.nextInt(-6, 7) / 4.0;
    }
    return points;
  }

  private static double exhaustive(double[] points, double[] place) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < points.length; i += 3) {
      double dx = place[0] - points[i];
      double dy = place[1] - points[i + 1];
      double dz = place[2] - points[i + 2];
      nearest = Math.min(nearest, Math.sqrt(dx * dx + dy * dy + dz * dz));
    }
    return nearest;
  }
}
