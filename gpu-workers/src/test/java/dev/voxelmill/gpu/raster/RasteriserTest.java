package dev.voxelmill.gpu.raster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.GlbReader;
import dev.voxelmill.gpu.mesh.GlbWriter;
import dev.voxelmill.gpu.mesh.MarchingCubes;
import dev.voxelmill.gpu.mesh.MeshQuality;
import dev.voxelmill.gpu.mesh.Normals;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.mesh.TriangleMesh;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RasteriserTest {
  private static final float[] WHITE = {1, 1, 1};
  private static final int SIZE = 96;
  private static final double FOV_DEG = 49.1;
  private static final double RADIUS = 1.7;

  @Test
  void theTestObjectIsClosedUpToItsOwnVertices() {
    MeshQuality quality = MeshQuality.of(Boxes.axes().mesh());

    assertEquals(4 * 0.008, quality.signedVolume(), 1e-6);
    assertEquals(4 * 6 * 0.04, quality.area(), 1e-6);
  }

  @Test
  void fromPlusXTheYAxisPointsRightAndTheZAxisUp() {
    Picture picture = picture(0, 0);

    assertColour(Boxes.RED, picture, 0, 0, RADIUS - 0.5);
    assertColour(Boxes.GREEN, picture, 0.4, 0, RADIUS - 0.1);
    assertColour(Boxes.BLUE, picture, 0, 0.4, RADIUS - 0.1);
    assertColour(WHITE, picture, -0.4, 0, RADIUS);
    assertColour(WHITE, picture, 0, -0.4, RADIUS);
  }

  @Test
  void fromPlusYTheXAxisPointsLeft() {
    Picture picture = picture(90, 0);

    assertColour(Boxes.GREEN, picture, 0, 0, RADIUS - 0.5);
    assertColour(Boxes.RED, picture, -0.4, 0, RADIUS - 0.1);
    assertColour(Boxes.BLUE, picture, 0, 0.4, RADIUS - 0.1);
    assertColour(WHITE, picture, 0.4, 0, RADIUS);
  }

  @Test
  void fromMinusXTheGreyBoxHidesTheRedOne() {
    Picture picture = picture(180, 0);

    assertColour(Boxes.GREY, picture, 0, 0, RADIUS - 0.1);
    assertColour(Boxes.GREEN, picture, -0.4, 0, RADIUS - 0.1);
  }

  @Test
  void fromAboveTheXAxisPointsDown() {
    Picture picture = picture(0, 89.9);

    assertColour(Boxes.BLUE, picture, 0, 0, RADIUS - 0.5);
    assertColour(Boxes.RED, picture, 0, -0.4, RADIUS - 0.1);
    assertColour(Boxes.GREEN, picture, 0.4, 0, RADIUS - 0.1);
  }

  @Test
  void aDeliveredFileLooksLikeWhatWasWritten() {
    AssetMesh delivered = GlbReader.read(GlbWriter.write(Boxes.axes(), Map.of()));

    assertArrayEquals(picture(30, 20).rgb(), render(delivered, 30, 20).picture().rgb(), 1e-4f);
  }

  @Test
  void theSilhouetteOfABallIsAnalytic() {
    double r = 0.5;
    AssetMesh ball = ball(r);

    Rendering rendering = render(ball, 40, 25);

    double focal = SIZE / 2.0 / Math.tan(Math.toRadians(FOV_DEG) / 2);
    double outline = focal * r / Math.sqrt(RADIUS * RADIUS - r * r);
    double covered = 0;
    for (float coverage : rendering.coverage()) {
      covered += coverage;
    }
    assertEquals(Math.PI * outline * outline, covered, 0.01 * Math.PI * outline * outline);
    boolean[] silhouette = rendering.silhouette();
    for (int i = 0; i < silhouette.length; i++) {
      int row = i / SIZE;
      double dx = i % SIZE + 0.5 - SIZE / 2.0;
      double dy = row + 0.5 - SIZE / 2.0;
      double fromOutline = Math.sqrt(dx * dx + dy * dy) - outline;
      if (Math.abs(fromOutline) > 1) {
        assertEquals(fromOutline < 0, silhouette[i], "pixel " + i);
      }
    }
  }

  @Test
  void theHeadlightDarkensWhatTurnsAway() {
    AssetMesh ball = ball(0.5);
    Rasteriser.Options lit = new Rasteriser.Options(SIZE, SIZE, 2, Rasteriser.Shading.HEADLIGHT);

    Picture picture =
        Rasteriser.render(ball, OrbitCamera.ofDegrees(0, 0, RADIUS, FOV_DEG), lit).picture();

    float middle = picture.rgb()[3 * (SIZE / 2 * SIZE + SIZE / 2)];
    float rim = picture.rgb()[3 * (SIZE / 2 * SIZE + SIZE / 2 + 30)];
    assertEquals(0.5f, middle, 0.01f);
    assertTrue(rim < 0.47f, "rim " + rim);
  }

  private static AssetMesh ball(double r) {
    int n = 64;
    float[] values = new float[n * n * n];
    ScalarField grid = ScalarField.cells(values, n, 0.6);
    for (int i = 0; i < values.length; i++) {
      int layer = i / (n * n);
      double x = grid.worldX(i % n);
      double y = grid.worldY(i / n % n);
      double z = grid.worldZ(layer);
      values[i] = (float) (r - Math.sqrt(x * x + y * y + z * z));
    }
    TriangleMesh mesh = MarchingCubes.extract(grid, 0);
    float[] grey = new float[mesh.positions().length];
    Arrays.fill(grey, 0.5f);
    return new AssetMesh(mesh, Normals.areaWeighted(mesh), grey);
  }

  private static Picture picture(double azimuthDeg, double elevationDeg) {
    return render(Boxes.axes(), azimuthDeg, elevationDeg).picture();
  }

  private static Rendering render(AssetMesh asset, double azimuthDeg, double elevationDeg) {
    return Rasteriser.render(
        asset,
        OrbitCamera.ofDegrees(azimuthDeg, elevationDeg, RADIUS, FOV_DEG),
        Rasteriser.Options.forMetrics(SIZE));
  }

  /** Checks the pixel of a point that lies right and up of the axis at a depth. */
  private static void assertColour(
      float[] expected, Picture picture, double right, double up, double depth) {
    double focal = SIZE / 2.0 / Math.tan(Math.toRadians(FOV_DEG) / 2);
    int column = (int) (SIZE / 2.0 + focal * right / depth);
    int row = (int) (SIZE / 2.0 - focal * up / depth);
    int at = 3 * (row * SIZE + column);
    assertArrayEquals(expected, Arrays.copyOfRange(picture.rgb(), at, at + 3), 1e-5f);
  }
}
