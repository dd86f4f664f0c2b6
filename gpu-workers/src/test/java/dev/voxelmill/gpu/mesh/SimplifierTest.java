package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SimplifierTest {
  private static final TriangleMesh BALL = MarchingCubes.extract(Fields.ball(40, 1, 0.8), 0);

  @Test
  void aBallKeepsItsShapeWithATenthOfTheFaces() {
    Simplifier.Simplified simplified = simplify(BALL, BALL.faceCount() / 10);

    MeshQuality before = MeshQuality.of(BALL);
    MeshQuality after = MeshQuality.of(simplified.mesh());
    assertTrue(after.faces() <= BALL.faceCount() / 10, after.toString());
    assertTrue(after.isWatertight(), after.toString());
    assertEquals(2, after.eulerCharacteristic());
    assertEquals(before.signedVolume(), after.signedVolume(), 0.02 * before.signedVolume());
    assertEquals(after.vertices(), simplified.mesh().vertexCount(), "unused vertices");
    assertTrue(simplified.error() < 0.02, "error " + simplified.error());
  }

  @Test
  void theSameMeshGivesTheSameBytes() {
    TriangleMesh first = simplify(BALL, 300).mesh();
    TriangleMesh second = simplify(BALL, 300).mesh();

    assertArrayEquals(first.positions(), second.positions());
    assertArrayEquals(first.triangles(), second.triangles());
  }

  @Test
  void aMeshBelowTheTargetIsLeftAlone() {
    assertSame(BALL, simplify(BALL, BALL.faceCount()).mesh());
  }

  @Test
  void theBorderBetweenTwoColoursSurvives() {
    float[] halves = new float[BALL.positions().length];
    for (int v = 0; v < halves.length; v += 3) {
      halves[v] = BALL.positions()[v] > 0.3f ? 1 : 0;
    }

    TriangleMesh blind = simplify(BALL, 400).mesh();
    TriangleMesh aware = Simplifier.simplify(BALL, halves, new Simplifier.Target(400, 1)).mesh();

    assertTrue(verticesNear(aware, 0.3f) > 2 * verticesNear(blind, 0.3f));
  }

  @Property(tries = 200)
  void noiseKeepsToItsFacesAndStaysClosed(
      @ForAll @IntRange(min = 1, max = 10) int n,
      @ForAll @IntRange(min = 1, max = 10) int nx,
      @ForAll long seed,
      @ForAll @FloatRange(min = -0.6f, max = 0.9f) float level,
      @ForAll @DoubleRange(min = 0, max = 1) double part) {
    TriangleMesh mesh =
        MarchingCubes.extract(Fields.noise(new GridSize(nx, n, n + 1), seed), level);
    int target = Math.max(4, (int) (part * part * mesh.faceCount()));

    TriangleMesh simplified = simplify(mesh, target).mesh();

    assertIsClosedWithin(target, simplified);
    assertEquals(mesh.isEmpty(), simplified.isEmpty());
  }

  @Test
  void carefulStepsKeepWhateverTheSurfaceIs() {
    for (int seed = 0; seed < 20; seed++) {
      TriangleMesh mesh = MarchingCubes.extract(Fields.noise(new GridSize(9, 8, 7), seed), 0.3f);
      MeshQuality before = MeshQuality.of(mesh);
      int most = mesh.faceCount() / 4 * 3;

      TriangleMesh reduced = reduce(mesh, most).mesh();

      MeshQuality after = MeshQuality.of(reduced);
      assertIsClosedWithin(most, reduced);
      Fans.assertEachVertexHasOne(reduced);
      assertEquals(before.eulerCharacteristic(), after.eulerCharacteristic(), "seed " + seed);
      assertEquals(before.components(), after.components(), "seed " + seed);
    }
  }

  @Property(tries = 50)
  void careGoesDownToOneTetrahedron(@ForAll long seed) {
    TriangleMesh mesh = MarchingCubes.extract(Fields.noise(new GridSize(6, 7, 6), seed), 0);

    TriangleMesh last = reduce(mesh, 4).mesh();

    assertIsClosedWithin(4, last);
    Fans.assertEachVertexHasOne(last);
    assertEquals(4, last.vertexCount());
    assertEquals(4, last.faceCount());
  }

  @Test
  void aRingThatIsReducedToTheLastIsOpened() {
    TriangleMesh ring = MarchingCubes.extract(Fields.sample(24, 1, SimplifierTest::ring), 0);
    assertEquals(0, MeshQuality.of(ring).eulerCharacteristic());

    TriangleMesh whole = reduce(ring, 300).mesh();
    TriangleMesh opened = reduce(ring, 8).mesh();

    assertEquals(0, MeshQuality.of(whole).eulerCharacteristic());
    assertEquals(2, MeshQuality.of(opened).eulerCharacteristic());
    assertIsClosedWithin(8, opened);
  }

  @Test
  void careIsNoWorseThanSpeed() {
    int faces = BALL.faceCount() / 10;

    Simplifier.Simplified careful = reduce(BALL, faces);
    double fast = MeshQuality.of(simplify(BALL, faces).mesh()).signedVolume();

    MeshQuality before = MeshQuality.of(BALL);
    MeshQuality after = MeshQuality.of(careful.mesh());
    assertEquals(2, after.eulerCharacteristic());
    assertTrue(
        Math.abs(before.signedVolume() - after.signedVolume())
            <= 1.5 * Math.abs(before.signedVolume() - fast),
        "volumes: " + before.signedVolume() + ", " + fast + ", " + after.signedVolume());
    assertTrue(careful.error() < 0.02, "error " + careful.error());
  }

  @Test
  void carefulStepsToTheSameFacesGiveTheSameBytes() {
    TriangleMesh noise = MarchingCubes.extract(Fields.noise(new GridSize(9, 9, 9), 5), 0.1f);

    TriangleMesh first = reduce(noise, 100).mesh();
    TriangleMesh second = reduce(noise, 100).mesh();

    assertArrayEquals(first.positions(), second.positions());
    assertArrayEquals(first.triangles(), second.triangles());
  }

  private static double ring(double x, double y, double z) {
    double fromCircle = Math.hypot(x, y) - 0.6;
    return 0.25 - Math.hypot(fromCircle, z);
  }

  private static void assertIsClosedWithin(int faces, TriangleMesh mesh) {
    MeshQuality quality = MeshQuality.of(mesh);
    assertTrue(quality.isWatertight(), quality.toString());
    assertTrue(quality.faces() <= faces, quality + " for " + faces);
    assertEquals(quality.vertices(), mesh.vertexCount(), "unused vertices");
  }

  private static Simplifier.Simplified reduce(TriangleMesh mesh, int faces) {
    float[] grey = new float[mesh.positions().length];
    return ManifoldCollapse.reduce(mesh, grey, new Simplifier.Target(faces, 0));
  }

  private static Simplifier.Simplified simplify(TriangleMesh mesh, int faces) {
    float[] grey = new float[mesh.positions().length];
    return Simplifier.simplify(mesh, grey, new Simplifier.Target(faces, 0));
  }

  private static long verticesNear(TriangleMesh mesh, float x) {
    long near = 0;
    for (int v = 0; v < mesh.positions().length; v += 3) {
      near += Math.abs(mesh.positions()[v] - x) < 0.06f ? 1 : 0;
    }
    return near;
  }
}
