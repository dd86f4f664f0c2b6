package dev.voxelmill.gpu.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.mesh.MarchingCubes;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.mesh.TriangleMesh;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RayParityTest {

  @Property(tries = 100)
  void aMeshOfVoxelsContainsExactlyTheVoxelsAboveTheLevel(
      @ForAll @IntRange(min = 1, max = 9) int n, @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[n * n * n];
    boolean[] above = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-4, 5) + 0.5f;
      above[i] = values[i] > 0;
    }
    TriangleMesh mesh = MarchingCubes.extract(ScalarField.cells(values, n, 0.6), 0);

    assertArrayEquals(above, RayParity.occupancy(mesh, n, 0.6));
  }

  @Test
  void trianglesThatShrankToAPointCountForNothing() {
    TriangleMesh box = box(-0.5f, 0.5f);
    int[] triangles = Arrays.copyOf(box.triangles(), 3 * 13);
    Arrays.fill(triangles, 3 * 12, 3 * 13, 7);
    TriangleMesh withPoint = new TriangleMesh(box.positions(), triangles);

    assertArrayEquals(RayParity.occupancy(box, 8, 1), RayParity.occupancy(withPoint, 8, 1));
  }

  @Test
  void aFaceThroughCellCentresIsOnOneSideForAllOfThem() {
    TriangleMesh box = box(-0.25f, 0.75f); // the centres of 4^3 in +-1 lie at -0.75, -0.25, ...

    int inside = count(RayParity.occupancy(box, 4, 1));

    int side = (int) Math.round(Math.cbrt(inside));
    assertEquals(inside, side * side * side);
    assertTrue(side == 2 || side == 3, side + " cells along each side");
  }

  @Test
  void aFaceThatIsMissingCostsNothing() {
    TriangleMesh box = box(-0.5f, 0.5f);
    TriangleMesh open = new TriangleMesh(box.positions(), Arrays.copyOf(box.triangles(), 3 * 10));

    assertArrayEquals(RayParity.occupancy(box, 16, 1), RayParity.occupancy(open, 16, 1));
  }

  @Test
  void theOverlapOfTwoShiftedBoxesIsTheirGeometry() {
    boolean[] first = RayParity.occupancy(box(-0.5f, 0.5f), 64, 1);
    boolean[] second = RayParity.occupancy(box(-0.25f, 0.75f), 64, 1);

    double shared = 0.75 * 0.75 * 0.75;
    assertEquals(shared / (2 - shared), Overlap.iou(first, second), 1e-9);
    assertTrue(Overlap.iou(first, first) == 1);
  }

  private static int count(boolean[] cells) {
    int count = 0;
    for (boolean cell : cells) {
      count += cell ? 1 : 0;
    }
    return count;
  }

  /** A cube from {@code low} to {@code high} on every axis; its last two triangles close +z. */
  private static TriangleMesh box(float low, float high) {
    float[] positions = new float[24];
    for (int corner = 0; corner < 8; corner++) {
      for (int axis = 0; axis < 3; axis++) {
        positions[3 * corner + axis] = (corner >> axis & 1) == 0 ? low : high;
      }
    }
    int[] triangles = {
      0, 4, 6, 0, 6, 2, 1, 3, 7, 1, 7, 5, 0, 1, 5, 0, 5, 4, 2, 6, 7, 2, 7, 3, 0, 2, 3, 0, 3, 1, 4,
      5, 7, 4, 7, 6
    };
    return new TriangleMesh(positions, triangles);
  }
}
