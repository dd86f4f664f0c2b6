package dev.voxelmill.gpu.metrics;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.ColourField;
import dev.voxelmill.gpu.mesh.FieldCleanup;
import dev.voxelmill.gpu.mesh.GlbReader;
import dev.voxelmill.gpu.mesh.GlbWriter;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.mesh.Simplifier;
import dev.voxelmill.gpu.raster.Rasteriser;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import dev.voxelmill.gpu.toys.ToyRenderer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole way of a known object: voxels, mesh, file, measurement, against its analytic self. */
class ToyMeshTest {
  private static final int N = 64;
  private static final double HALF_EXTENT = 0.62;
  private static final double BOX = 0.6;
  private static final ColourField GREY =
      (x, y, z, rgb) -> {
        rgb[0] = 0.5f;
        rgb[1] = 0.5f;
        rgb[2] = 0.5f;
      };

  @Test
  void aDeliveredToyStandsWhereItsPicturesShowIt() {
    for (ToyFamily family : ToyFamily.values()) {
      ToyObject toy = ToyObject.of(7, family);
      AssetMesh delivered = delivered(toy);

      double silhouettes = 0;
      for (EvaluationPose pose : EvaluationPose.ALL) {
        boolean[] drawn =
            Rasteriser.render(
                    delivered,
                    pose.camera(),
                    Rasteriser.Options.forMetrics(EvaluationPose.PICTURE_PX))
                .silhouette();
        silhouettes += Overlap.iou(drawn, traced(toy, pose)) / EvaluationPose.ALL.size();
      }
      double volumes = Overlap.iou(RayParity.occupancy(delivered.mesh(), N, BOX), occupancy(toy));

      System.out.printf("%s: silhouettes %.3f, volumes %.3f%n", family, silhouettes, volumes);
      assertTrue(silhouettes > 0.94, family + ": silhouettes " + silhouettes);
      assertTrue(volumes > 0.85, family + ": volumes " + volumes);
    }
  }

  private static AssetMesh delivered(ToyObject toy) {
    AssetMesher.Options all =
        new AssetMesher.Options(
            0.25f, 0.25f, new FieldCleanup.Limits(0, 0), 0, new Simplifier.Target(12_000, 0.2f), 1);
    AssetMesher.Result result = AssetMesher.mesh(opacity(toy), GREY, all);
    AssetMesher.Meshed meshed = assertInstanceOf(AssetMesher.Meshed.class, result);
    return GlbReader.read(GlbWriter.write(meshed.asset(), Map.of()));
  }

  /** Half the filled fraction of each voxel, so that the level of 0.25 lies at half a voxel. */
  private static ScalarField opacity(ToyObject toy) {
    float[] values = new float[N * N * N];
    ScalarField grid = ScalarField.cells(values, N, HALF_EXTENT);
    for (int i = 0; i < values.length; i++) {
      int row = i / N % N;
      int layer = i / (N * N);
      for (int part = 0; part < 8; part++) {
        double x = grid.worldX(i % N + ((part & 1) - 0.5) / 2);
        double y = grid.worldY(row + ((part >> 1 & 1) - 0.5) / 2);
        double z = grid.worldZ(layer + ((part >> 2) - 0.5) / 2);
        values[i] += toy.contains(x, y, z) ? 1 / 16f : 0;
      }
    }
    return grid;
  }

  private static boolean[] occupancy(ToyObject toy) {
    boolean[] inside = new boolean[N * N * N];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = toy.contains(centre(i % N), centre(i / N % N), centre(i / (N * N)));
    }
    return inside;
  }

  private static double centre(int cell) {
    return (2 * (cell + 0.5) / N - 1) * BOX;
  }

  /** The pixels that the toy covers by at least half, from its ray-cast picture. */
  private static boolean[] traced(ToyObject toy, EvaluationPose pose) {
    ToyRenderer renderer = new ToyRenderer(EvaluationPose.PICTURE_PX);
    float[] picture = renderer.render(toy, pose.camera());
    int count = EvaluationPose.PICTURE_PX * EvaluationPose.PICTURE_PX;
    boolean[] covered = new boolean[count];
    for (int i = 0; i < count; i++) {
      covered[i] = picture[3 * count + i] >= 0.5f;
    }
    return covered;
  }
}
