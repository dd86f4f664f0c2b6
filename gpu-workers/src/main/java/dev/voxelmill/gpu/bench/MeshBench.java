package dev.voxelmill.gpu.bench;

import dev.voxelmill.gpu.mesh.AssetMesher;
import dev.voxelmill.gpu.mesh.ColourField;
import dev.voxelmill.gpu.mesh.FieldCleanup;
import dev.voxelmill.gpu.mesh.GlbWriter;
import dev.voxelmill.gpu.mesh.GridColours;
import dev.voxelmill.gpu.mesh.MarchingCubes;
import dev.voxelmill.gpu.mesh.MeshQuality;
import dev.voxelmill.gpu.mesh.Normals;
import dev.voxelmill.gpu.mesh.ScalarField;
import dev.voxelmill.gpu.mesh.Simplifier;
import dev.voxelmill.gpu.mesh.TriangleMesh;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Times the way from an opacity grid to a GLB file, stage by stage and as a whole.
 *
 * <p>The field is made to be no easier than a distilled one: a lumpy hollow body with floating
 * crumbs, so that clean-up, simplification and colours all have work.
 */
public final class MeshBench {
  private static final double HALF_EXTENT = 0.6;
  private static final double BYTES_PER_KIB = 1024;

  private MeshBench() {}

  /**
   * What a run measured.
   *
   * @param stageMs wall time of each stage alone, in order, milliseconds
   * @param wholeMs wall time from the grid to the bytes of the file, milliseconds
   * @param facesExtracted faces before simplification
   * @param facesDelivered faces in the file
   * @param fileBytes size of the file
   */
  public record Timing(
      Map<String, Double> stageMs,
      double wholeMs,
      int facesExtracted,
      int facesDelivered,
      int fileBytes) {}

  /** Times one run at n^3 voxels; the first run in a process includes the start of the JIT. */
  public static Timing run(int n) {
    ScalarField opacity = lumpyShell(n);
    ColourField colours = colours(opacity);
    AssetMesher.Options options = AssetMesher.Options.DEFAULT;

    long start = System.nanoTime();
    AssetMesher.Meshed meshed =
        switch (AssetMesher.mesh(opacity, colours, options)) {
          case AssetMesher.Meshed made -> made;
          case AssetMesher.EmptyMesh empty -> throw new IllegalStateException(empty.message());
        };
    byte[] file = GlbWriter.write(meshed.asset(), Map.of());
    double wholeMs = millisecondsSince(start);

    return new Timing(
        stages(opacity, options, meshed),
        wholeMs,
        meshed.report().facesExtracted(),
        meshed.report().facesDelivered(),
        file.length);
  }

  /** One line per stage, then the whole; aligned for reading. */
  public static String describe(Timing timing) {
    StringBuilder text = new StringBuilder();
    timing
        .stageMs()
        .forEach(
            (stage, ms) -> text.append(String.format(Locale.ROOT, "%-12s %8.1f ms%n", stage, ms)));
    text.append(
        String.format(
            Locale.ROOT,
            "%-12s %8.1f ms: %d faces, simplified to %d, %.0f KiB%n",
            "grid to GLB",
            timing.wholeMs(),
            timing.facesExtracted(),
            timing.facesDelivered(),
            timing.fileBytes() / BYTES_PER_KIB));
    return text.toString();
  }

  private static Map<String, Double> stages(
      ScalarField opacity, AssetMesher.Options options, AssetMesher.Meshed meshed) {
    Map<String, Double> stageMs = new LinkedHashMap<>();
    long start = System.nanoTime();
    ScalarField cleaned =
        FieldCleanup.clean(opacity, options.fillLevel(), options.level(), options.cleanup())
            .field();
    stageMs.put("clean", millisecondsSince(start));

    start = System.nanoTime();
    TriangleMesh extracted = MarchingCubes.extract(cleaned, options.level());
    stageMs.put("extract", millisecondsSince(start));

    start = System.nanoTime();
    Simplifier.simplify(
        extracted, new float[extracted.positions().length], options.simplification());
    stageMs.put("simplify", millisecondsSince(start));

    start = System.nanoTime();
    Normals.areaWeighted(extracted);
    stageMs.put("normals", millisecondsSince(start));

    start = System.nanoTime();
    MeshQuality.of(extracted);
    stageMs.put("quality", millisecondsSince(start));

    start = System.nanoTime();
    GlbWriter.write(meshed.asset(), Map.of());
    stageMs.put("write GLB", millisecondsSince(start));
    return stageMs;
  }

  private static double millisecondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e6;
  }

  private static ScalarField lumpyShell(int n) {
    float[] values = new float[n * n * n];
    ScalarField grid = ScalarField.cells(values, n, HALF_EXTENT);
    for (int z = 0; z < n; z++) {
      for (int y = 0; y < n; y++) {
        for (int x = 0; x < n; x++) {
          values[grid.size().index(x, y, z)] =
              (float) opacity(grid.worldX(x), grid.worldY(y), grid.worldZ(z));
        }
      }
    }
    return grid;
  }

  private static double opacity(double x, double y, double z) {
    double bumps = 0.03 * Math.sin(31 * x) * Math.sin(27 * y) * Math.sin(29 * z);
    double r = Math.sqrt(x * x + 1.5 * y * y + 2 * z * z) + bumps;
    double shell = Math.min(0.5 - r, r - 0.35);
    double crumb = 0.02 - Math.hypot(Math.hypot(x - 0.5, y - 0.5), z - 0.5);
    return Math.max(0, Math.min(1, 0.25 + 15 * Math.max(shell, crumb)));
  }

  private static ColourField colours(ScalarField grid) {
    float[] rgb = new float[3 * grid.size().count()];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = i % 97 / 96f;
    }
    return new GridColours(rgb, grid);
  }
}
