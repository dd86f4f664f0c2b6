package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FieldCleanupTest {
  private static final FieldCleanup.Limits KEEP_ALL = new FieldCleanup.Limits(0, 0);

  @Test
  void aHollowBallIsFilled() {
    ScalarField shell =
        Fields.sample(
            32,
            1,
            (x, y, z) -> {
              double r = Math.sqrt(x * x + y * y + z * z);
              return Math.min(0.8 - r, r - 0.5);
            });

    FieldCleanup.Cleaned cleaned = FieldCleanup.clean(shell, 0, 0, FieldCleanup.Limits.DEFAULT);

    assertEquals(1, cleaned.cavitiesFilled());
    assertEquals(0, cleaned.partsRemoved());
    assertEquals(2, components(shell));
    assertEquals(1, components(cleaned.field()));
  }

  @Test
  void aCrumbIsRemovedAndTheLargestPartDoesNotMove() {
    ScalarField ball = Fields.ball(32, 1, 0.5);
    float[] withCrumb = ball.values().clone();
    withCrumb[ball.size().index(2, 2, 2)] = 1;

    FieldCleanup.Cleaned cleaned =
        FieldCleanup.clean(ball.with(withCrumb), 0, 0, FieldCleanup.Limits.DEFAULT);

    assertEquals(1, cleaned.partsRemoved());
    assertArrayEquals(
        MarchingCubes.extract(ball, 0).positions(),
        MarchingCubes.extract(cleaned.field(), 0).positions());
  }

  @Test
  void theLargestPartStaysHoweverSmall() {
    float[] values = new float[27];
    values[13] = 1;

    FieldCleanup.Cleaned cleaned =
        FieldCleanup.clean(
            ScalarField.cells(values, 3, 1), 0.5f, 0.5f, new FieldCleanup.Limits(1, 1000));

    assertEquals(0, cleaned.partsRemoved());
    assertEquals(1, components(cleaned.field()));
  }

  @Property(tries = 50)
  void noCavityAndEveryPartSurvivesWhenNothingIsACrumb(@ForAll long seed) {
    ScalarField noise = Fields.noise(new GridSize(9, 8, 7), seed);

    FieldCleanup.Cleaned cleaned = FieldCleanup.clean(noise, 0, 0.2f, KEEP_ALL);

    FieldCleanup.Cleaned again = FieldCleanup.clean(cleaned.field(), 0.2f, 0.2f, KEEP_ALL);
    assertEquals(0, cleaned.partsRemoved());
    assertEquals(0, again.cavitiesFilled());
    double before = MeshQuality.of(MarchingCubes.extract(noise, 0.2f)).signedVolume();
    double after = MeshQuality.of(MarchingCubes.extract(cleaned.field(), 0.2f)).signedVolume();
    assertTrue(after >= before - 1e-9, before + " shrank to " + after);
  }

  private static int components(ScalarField field) {
    return MeshQuality.of(MarchingCubes.extract(field, 0)).components();
  }
}
