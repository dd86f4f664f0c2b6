package dev.voxelmill.gpu.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.GridColours;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.toys.ToyFamily;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TruthTest {
  private static final int CELLS = 64;
  private static final double HALF_BOX = 0.6;

  private final HeldOutToy toy = HeldOutToy.of(60_000_900, ToyFamily.CAR);
  private final Truth truth = new Truth(toy);

  @Test
  void theToyItselfSeenFromItsInputCameraScoresNearlyFull() {
    AssetScore score = truth.score(toyTurnedBy(toy.input().azimuthRad()));

    assertTrue(score.volumeIou() > 0.93, score::toString);
    assertTrue(score.chamfer() < 0.012, score::toString);
    assertTrue(score.fScore() > 0.99, score::toString);
    assertTrue(score.silhouetteIou() > 0.95, score::toString);
  }

  @Test
  void theToyInAnotherFrameThanItsInputCamerasScoresLess() {
    AssetScore score = truth.score(toyTurnedBy(toy.input().azimuthRad() + Math.PI / 2));

    assertTrue(score.volumeIou() < 0.6, score::toString);
    assertTrue(score.silhouetteIou() < 0.8, score::toString);
  }

  @Test
  void aCopyOfTheInputViewHasNoVolume() {
    AssetScore score = truth.scoreOfCopies();

    assertEquals(Double.NaN, score.volumeIou());
    assertTrue(score.silhouetteIou() > 0.2 && score.silhouetteIou() < 0.9, score::toString);
  }

  /** A white mesh of the toy in the frame of a camera that stands at that azimuth. */
  private AssetMesh toyTurnedBy(double azimuthRad) {
    double sin = Math.sin(azimuthRad);
    double cos = Math.cos(azimuthRad);
    float[] inside = new float[CELLS * CELLS * CELLS];
    for (int i = 0; i < inside.length; i++) {
      double x = centre(i % CELLS);
      double y = centre(i / CELLS % CELLS);
      double z = centre(i / CELLS / CELLS);
      inside[i] = toy.object().contains(cos * x - sin * y, sin * x + cos * y, z) ? 1 : 0;
    }
    float[] white = new float[3 * inside.length];
    Arrays.fill(white, 1);
    ScalarField field = ScalarField.cells(inside, CELLS, HALF_BOX);
    AssetMesher.Options options = AssetMesher.Options.of(0.5f, 100_000, 1);
    return assertInstanceOf(
            AssetMesher.Meshed.class,
            AssetMesher.mesh(field, new GridColours(white, field), options))
        .asset();
  }

  private static double centre(int cell) {
    return -HALF_BOX + (cell + 0.5) * (2 * HALF_BOX / CELLS);
  }
}
