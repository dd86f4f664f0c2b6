package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AssetMesherTest {
  private static final ColourField RED_RIGHT =
      (x, y, z, rgb) -> {
        rgb[0] = y > 0 ? 0.9f : 0.1f;
        rgb[1] = 0.2f;
        rgb[2] = z > 0 ? 0.8f : 0.3f;
      };

  @Test
  void aHollowBallWithCrumbsBecomesOneClosedColouredBall() {
    ScalarField opacity = hollowBall();
    opacity.values()[opacity.size().index(1, 1, 1)] = 0.9f;

    AssetMesher.Result result =
        AssetMesher.mesh(opacity, RED_RIGHT, options(new Simplifier.Target(2_000, 0.2f)));

    AssetMesher.Meshed meshed = assertInstanceOf(AssetMesher.Meshed.class, result);
    AssetMesher.Report report = meshed.report();
    assertEquals(1, report.partsRemoved());
    assertEquals(1, report.cavitiesFilled());
    assertTrue(report.facesDelivered() <= 2_000, report.toString());
    assertTrue(report.facesExtracted() > report.facesDelivered(), report.toString());
    assertTrue(report.quality().isWatertight(), report.toString());
    assertEquals(2, report.quality().eulerCharacteristic());
    assertEquals(4 * Math.PI * 0.125 / 3, report.quality().signedVolume(), 0.03);
    assertColoursFollowTheField(meshed.asset());
  }

  @Test
  void aShellThatTheLevelWouldOpenIsFilledFirst() {
    ScalarField thin =
        Fields.sample(
            40,
            0.6,
            (x, y, z) -> {
              double r = Math.sqrt(x * x + y * y + z * z);
              double wall = Math.abs(r - 0.4) < 0.05 ? 1 : 0;
              return wall * (z > 0.2 ? 0.25 : 0.9); // a cap that is too faint for the level
            });

    AssetMesher.Result result =
        AssetMesher.mesh(thin, RED_RIGHT, AssetMesher.Options.of(0.4f, 2_000, 1));

    AssetMesher.Report report = assertInstanceOf(AssetMesher.Meshed.class, result).report();
    assertEquals(1, report.cavitiesFilled());
    assertEquals(2, report.quality().eulerCharacteristic());
    assertTrue(report.quality().signedVolume() > 4 * Math.PI * 0.064 / 3 * 0.8, report.toString());
  }

  @Test
  void anEmptyFieldSaysWhatToDo() {
    AssetMesher.Result result =
        AssetMesher.mesh(
            ScalarField.cells(new float[8 * 8 * 8], 8, 0.6),
            RED_RIGHT,
            AssetMesher.Options.DEFAULT);

    AssetMesher.EmptyMesh empty = assertInstanceOf(AssetMesher.EmptyMesh.class, result);
    assertTrue(empty.message().contains("at most 0.0"), empty.message());
    assertTrue(empty.message().contains("fix:"), empty.message());
  }

  @Test
  void aFieldOfNoiseKeepsToItsFaces() {
    ScalarField noise = Fields.noise(new GridSize(24, 24, 24), 1);

    AssetMesher.Result result =
        AssetMesher.mesh(noise, RED_RIGHT, AssetMesher.Options.of(0.2f, 500, 1));

    AssetMesher.Report report = assertInstanceOf(AssetMesher.Meshed.class, result).report();
    assertTrue(report.facesExtracted() > 5_000, report.toString());
    assertTrue(report.facesDelivered() <= 500, report.toString());
    assertTrue(report.quality().isWatertight(), report.toString());
  }

  @Test
  void theSameFieldGivesTheSameFile() {
    byte[] first = glb(hollowBall());
    byte[] second = glb(hollowBall());

    assertArrayEquals(first, second);
  }

  private static byte[] glb(ScalarField field) {
    AssetMesher.Result result = AssetMesher.mesh(field, RED_RIGHT, AssetMesher.Options.DEFAULT);
    return switch (result) {
      case AssetMesher.Meshed meshed -> GlbWriter.write(meshed.asset(), Map.of());
      case AssetMesher.EmptyMesh empty -> throw new AssertionError(empty.message());
    };
  }

  private static AssetMesher.Options options(Simplifier.Target target) {
    return new AssetMesher.Options(0.25f, 0.2f, FieldCleanup.Limits.DEFAULT, 4, target, 1);
  }

  private static ScalarField hollowBall() {
    return Fields.sample(
        40,
        0.6,
        (x, y, z) -> {
          double r = Math.sqrt(x * x + y * y + z * z);
          return Math.max(0, Math.min(1, 0.25 + 20 * Math.min(0.5 - r, r - 0.3)));
        });
  }

  private static void assertColoursFollowTheField(AssetMesh asset) {
    float[] expected = new float[3];
    float[] p = asset.mesh().positions();
    int checked = 0;
    for (int v = 0; v < p.length; v += 3) {
      if (Math.abs(p[v + 1]) > 0.1 && Math.abs(p[v + 2]) > 0.1) {
        RED_RIGHT.sample(p[v], p[v + 1], p[v + 2], expected);
        for (int channel = 0; channel < 3; channel++) {
          assertEquals(expected[channel], asset.colours()[v + channel], 1e-5f);
        }
        checked++;
      }
    }
    assertTrue(checked > 100, checked + " vertices checked");
  }
}
