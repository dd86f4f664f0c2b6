package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MarchingCubesTest {

  @Property(tries = 200)
  void theSurfaceOfAnyFieldIsAClosedManifold(
      @ForAll @IntRange(min = 1, max = 9) int nx,
      @ForAll @IntRange(min = 1, max = 9) int ny,
      @ForAll @IntRange(min = 1, max = 9) int nz,
      @ForAll long seed,
      @ForAll @FloatRange(min = -0.9f, max = 0.9f) float level) {
    ScalarField field = Fields.noise(new GridSize(nx, ny, nz), seed);

    TriangleMesh mesh = MarchingCubes.extract(field, level);

    MeshQuality quality = MeshQuality.of(mesh);
    assertEquals(0, quality.boundaryEdges());
    assertEquals(0, quality.nonManifoldEdges());
    assertEquals(2 * quality.edges(), 3 * quality.faces());
    assertEquals(mesh.vertexCount(), quality.vertices(), "unused vertices");
    assertTrue(quality.signedVolume() >= 0, "inside out");
    Fans.assertEachVertexHasOne(mesh);
  }

  @Property(tries = 100)
  void aPartitionIntoSlabsLeavesNoTrace(
      @ForAll @IntRange(min = 1, max = 8) int n, @ForAll long seed) {
    ScalarField field = Fields.noise(new GridSize(n + 1, n, n + 2), seed);
    SplittableRandom cuts = new SplittableRandom(seed);
    List<MeshSlab> slabs = new ArrayList<>();
    int begin = 0;
    while (begin < MarchingCubes.slabLayers(field)) {
      int end = Math.min(MarchingCubes.slabLayers(field), begin + cuts.nextInt(1, 5));
      slabs.add(MarchingCubes.extractSlab(field, 0.1f, begin, end));
      begin = end;
    }

    TriangleMesh welded = MarchingCubes.weld(slabs);

    TriangleMesh whole = MarchingCubes.extract(field, 0.1f);
    assertArrayEquals(whole.positions(), welded.positions());
    assertArrayEquals(whole.triangles(), welded.triangles());
  }

  @Test
  void aBallHasTheAreaAndTheVolumeOfABall() {
    ScalarField field = Fields.ball(64, 1, 0.8);

    MeshQuality quality = MeshQuality.of(MarchingCubes.extract(field, 0));

    assertEquals(4 * Math.PI * 0.64, quality.area(), 0.01 * 4 * Math.PI * 0.64);
    assertEquals(4 * Math.PI * 0.512 / 3, quality.signedVolume(), 0.01 * 4 * Math.PI * 0.512 / 3);
    assertEquals(2, quality.eulerCharacteristic());
    assertEquals(1, quality.components());
  }

  @Test
  void aFullGridOfCellsBecomesItsBox() {
    ScalarField field = Fields.sample(6, 0.6, (x, y, z) -> 1);

    TriangleMesh mesh = MarchingCubes.extract(field, 0.25f);

    float outermost = 0;
    for (float coordinate : mesh.positions()) {
      outermost = Math.max(outermost, Math.abs(coordinate));
    }
    assertEquals(0.6f, outermost, 1e-6f);
    assertTrue(MeshQuality.of(mesh).isWatertight());
  }

  @Test
  void aFieldBelowTheLevelHasNoSurface() {
    assertTrue(MarchingCubes.extract(Fields.ball(8, 1, 0.8), 2).isEmpty());
  }

  @Test
  void aFieldWithNaNIsRefusedByName() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> ScalarField.cells(new float[] {Float.NaN}, 1, 1));

    assertTrue(refusal.getMessage().contains("values[0]: NaN"), refusal.getMessage());
  }

  @Test
  void overlappingSlabsAreRefused() {
    ScalarField field = Fields.ball(8, 1, 0.8);

    assertThrows(IllegalArgumentException.class, () -> MarchingCubes.extractSlab(field, 0, 4, 4));
    assertThrows(IllegalArgumentException.class, () -> MarchingCubes.extractSlab(field, 0, 0, 10));
  }
}
