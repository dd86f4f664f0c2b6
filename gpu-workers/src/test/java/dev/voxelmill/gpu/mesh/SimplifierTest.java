package dev.voxelmill.gpu.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
    TriangleMesh aware = Simplifier.simplify(BALL, halves, new Simplifier.Target(400, 1, 1)).mesh();

    assertTrue(verticesNear(aware, 0.3f) > 2 * verticesNear(blind, 0.3f));
  }

  @Property(tries = 30)
  void whateverIsSimplifiedStaysClosed(@ForAll long seed) {
    TriangleMesh mesh = MarchingCubes.extract(Fields.noise(new GridSize(8, 8, 8), seed), 0.3f);

    TriangleMesh simplified = simplify(mesh, Math.max(4, mesh.faceCount() / 3)).mesh();

    assertTrue(MeshQuality.of(simplified).isWatertight());
  }

  private static Simplifier.Simplified simplify(TriangleMesh mesh, int faces) {
    float[] grey = new float[mesh.positions().length];
    return Simplifier.simplify(mesh, grey, new Simplifier.Target(faces, 1, 0));
  }

  private static long verticesNear(TriangleMesh mesh, float x) {
    long near = 0;
    for (int v = 0; v < mesh.positions().length; v += 3) {
      near += Math.abs(mesh.positions()[v] - x) < 0.06f ? 1 : 0;
    }
    return near;
  }
}
