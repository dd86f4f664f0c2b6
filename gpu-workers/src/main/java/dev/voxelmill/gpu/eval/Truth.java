package dev.voxelmill.gpu.eval;

import dev.voxelmill.gpu.mesh.AssetMesh;
import dev.voxelmill.gpu.mesh.TriangleMesh;
import dev.voxelmill.gpu.metrics.EvaluationPose;
import dev.voxelmill.gpu.metrics.Overlap;
import dev.voxelmill.gpu.metrics.PointDistances;
import dev.voxelmill.gpu.metrics.Psnr;
import dev.voxelmill.gpu.metrics.RayParity;
import dev.voxelmill.gpu.metrics.SurfaceSamples;
import dev.voxelmill.gpu.raster.Picture;
import dev.voxelmill.gpu.raster.Rasteriser;
import dev.voxelmill.gpu.raster.Rendering;
import dev.voxelmill.gpu.toys.ToyRenderer;
import dev.voxelmill.gpu.toys.ToySurface;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is true of a held-out toy, computed once, and how far an asset is from it. */
final class Truth {
  private static final int CELLS = 64;
  private static final double HALF_BOX = 0.6;
  private static final int MESH_POINTS = 20_000;
  private static final double NEAR = 0.05;

  private final HeldOutToy toy;
  private final boolean[] occupancy; // (64, 64, 64), [z][y][x]
  private final double[] surface; // (N, 3)
  private final List<View> views = new ArrayList<>();

  /** The toy from one evaluation pose. */
  private record View(OrbitCamera camera, Picture picture, Silhouette silhouette) {}

  /** Pixels of which the toy covers at least half. */
  private static final class Silhouette {
    private final boolean[] covered;

    Silhouette(boolean[] covered) {
      this.covered = covered;
    }
  }

  Truth(HeldOutToy toy) {
    this.toy = toy;
    occupancy = new boolean[CELLS * CELLS * CELLS];
    for (int i = 0; i < occupancy.length; i++) {
      occupancy[i] =
          toy.object()
              .contains(centre(i % CELLS), centre(i / CELLS % CELLS), centre(i / CELLS / CELLS));
    }
    surface = ToySurface.points(toy.object());
    for (EvaluationPose pose : EvaluationPose.ALL) {
      views.add(view(pose.camera()));
    }
  }

  private View view(OrbitCamera camera) {
    int n = EvaluationPose.PICTURE_PX;
    float[] planes = new ToyRenderer(n).render(toy.object(), camera);
    boolean[] covered = new boolean[n * n];
    for (int i = 0; i < covered.length; i++) {
      covered[i] = planes[3 * covered.length + i] >= 0.5f;
    }
    Picture picture = Picture.ofPlanes(n, n, Arrays.copyOf(planes, 3 * n * n));
    return new View(camera, picture, new Silhouette(covered));
  }

  /** The toy from an evaluation pose, RGB on white. */
  Picture picture(int pose) {
    return views.get(pose).picture();
  }

  /** An asset from an evaluation pose. */
  Picture picture(AssetMesh asset, int pose) {
    return rendered(inToyFrame(asset), views.get(pose).camera()).picture();
  }

  /** Scores an asset whose frame is that of its input camera. */
  AssetScore score(AssetMesh delivered) {
    AssetMesh asset = inToyFrame(delivered);
    boolean[] inside = RayParity.occupancy(asset.mesh(), CELLS, HALF_BOX);
    PointDistances distances =
        PointDistances.between(SurfaceSamples.areaWeighted(asset.mesh(), MESH_POINTS, 0), surface);
    double silhouettes = 0;
    double decibels = 0;
    for (View view : views) {
      Rendering seen = rendered(asset, view.camera());
      silhouettes += Overlap.iou(seen.silhouette(), view.silhouette().covered);
      decibels += Psnr.of(seen.picture().doubles(), view.picture().doubles(), 1);
    }
    return new AssetScore(
        Overlap.iou(inside, occupancy),
        distances.chamfer(),
        distances.fScore(NEAR),
        silhouettes / views.size(),
        decibels / views.size());
  }

  /** Scores the claim that the toy looks like its input view from everywhere. */
  AssetScore scoreOfCopies() {
    View input = view(toy.input());
    double silhouettes = 0;
    double decibels = 0;
    for (View view : views) {
      silhouettes += Overlap.iou(input.silhouette().covered, view.silhouette().covered);
      decibels += Psnr.of(input.picture().doubles(), view.picture().doubles(), 1);
    }
    return new AssetScore(
        Double.NaN, Double.NaN, Double.NaN, silhouettes / views.size(), decibels / views.size());
  }

  private static Rendering rendered(AssetMesh asset, OrbitCamera camera) {
    return Rasteriser.render(
        asset, camera, Rasteriser.Options.forMetrics(EvaluationPose.PICTURE_PX));
  }

  /** Turns an asset about +Z, so that its azimuth 0 is the input camera's. */
  private AssetMesh inToyFrame(AssetMesh asset) {
    double sin = Math.sin(toy.input().azimuthRad());
    double cos = Math.cos(toy.input().azimuthRad());
    return new AssetMesh(
        new TriangleMesh(turned(asset.mesh().positions(), sin, cos), asset.mesh().triangles()),
        turned(asset.normals(), sin, cos),
        asset.colours());
  }

  private static float[] turned(float[] vectors, double sin, double cos) {
    float[] turned = new float[vectors.length];
    for (int i = 0; i < vectors.length; i += 3) {
      turned[i] = (float) (cos * vectors[i] - sin * vectors[i + 1]);
      turned[i + 1] = (float) (sin * vectors[i] + cos * vectors[i + 1]);
      turned[i + 2] = vectors[i + 2];
    }
    return turned;
  }

  private static double centre(int cell) {
    return -HALF_BOX + (cell + 0.5) * (2 * HALF_BOX / CELLS);
  }
}
