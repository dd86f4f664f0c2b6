package dev.voxelmill.gpu.mesh;

/** Makes a deliverable mesh of an opacity grid: the whole way from voxels to coloured triangles. */
public final class AssetMesher {
  private AssetMesher() {}

  /**
   * How a field becomes a mesh.
   *
   * @param level opacity per voxel, in (0, 1), at which the surface lies
   * @param fillLevel opacity, in (0, level], from which a voxel bounds a cavity and belongs to a
   *     part: distilled shells are thin, and one that the level alone would open is filled first
   * @param cleanup what counts as a crumb
   * @param smoothingPasses how often the steps of the grid are smoothed, >= 0
   * @param simplification how many faces to keep
   * @param colourDepthVoxels how deep into the surface colours are gathered, in voxels
   */
  public record Options(
      float level,
      float fillLevel,
      FieldCleanup.Limits cleanup,
      int smoothingPasses,
      Simplifier.Target simplification,
      double colourDepthVoxels) {
    private static final float FILL_LEVEL = 0.15f;
    private static final int SMOOTHING_PASSES = 4;
    private static final float COLOUR_WEIGHT = 0.2f;

    /** What suits distilled fields; docs/LOG.md has the measurements. */
    public static final Options DEFAULT = of(0.25f, 12_000, 1);

    public Options {
      if (!(level > 0 && level < 1)) {
        throw new IllegalArgumentException("level: " + level + " (expected: in (0, 1))");
      }
      if (!(fillLevel > 0 && fillLevel <= level)) {
        throw new IllegalArgumentException(
            "fillLevel: " + fillLevel + " (expected: in (0, " + level + "], the level)");
      }
      if (smoothingPasses < 0 || smoothingPasses > 100) {
        throw new IllegalArgumentException(
            "smoothingPasses: " + smoothingPasses + " (expected: 0 to 100)");
      }
      if (!(colourDepthVoxels > 0 && colourDepthVoxels <= 64)) {
        throw new IllegalArgumentException(
            "colourDepthVoxels: " + colourDepthVoxels + " (expected: in (0, 64])");
      }
    }

    /** The given choices, and for the rest what suits distilled fields. */
    public static Options of(float level, int targetFaces, double colourDepthVoxels) {
      return new Options(
          level,
          Math.min(level, FILL_LEVEL),
          FieldCleanup.Limits.DEFAULT,
          SMOOTHING_PASSES,
          new Simplifier.Target(targetFaces, COLOUR_WEIGHT),
          colourDepthVoxels);
    }
  }

  /** What became of a field. */
  public sealed interface Result permits Meshed, EmptyMesh {}

  /** A mesh and how it came about. */
  public record Meshed(AssetMesh asset, Report report) implements Result {}

  /** Nothing lies above the level; the message says what to do. */
  public record EmptyMesh(String message) implements Result {}

  /**
   * How a mesh came about.
   *
   * @param facesExtracted faces before simplification
   * @param facesDelivered faces after it
   * @param partsRemoved crumbs that were dropped
   * @param cavitiesFilled enclosed hollows that were filled
   * @param simplificationError deviation of the simplified surface, as a fraction of its extent
   * @param quality what the delivered mesh measures
   */
  public record Report(
      int facesExtracted,
      int facesDelivered,
      int partsRemoved,
      int cavitiesFilled,
      float simplificationError,
      MeshQuality quality) {}

  /**
   * Meshes a field.
   *
   * @param opacity alpha per voxel, in [0, 1]
   * @param colours sRGB-encoded colours over the same box
   */
  public static Result mesh(ScalarField opacity, ColourField colours, Options options) {
    FieldCleanup.Cleaned cleaned =
        FieldCleanup.clean(opacity, options.fillLevel(), options.level(), options.cleanup());
    TriangleMesh terraced = MarchingCubes.extract(cleaned.field(), options.level());
    if (terraced.isEmpty()) {
      return new EmptyMesh(emptyMessage(opacity, options.level()));
    }
    TriangleMesh extracted = Smoothing.taubin(terraced, options.smoothingPasses());
    SurfaceColours surface = new SurfaceColours(opacity, colours, options.colourDepthVoxels());
    float[] guide = surface.at(extracted, Normals.areaWeighted(extracted));
    Simplifier.Simplified simplified =
        Simplifier.simplify(extracted, guide, options.simplification());
    TriangleMesh delivered = simplified.mesh();
    float[] normals = Normals.areaWeighted(delivered);
    AssetMesh asset = new AssetMesh(delivered, normals, surface.at(delivered, normals));
    return new Meshed(
        asset,
        new Report(
            extracted.faceCount(),
            delivered.faceCount(),
            cleaned.partsRemoved(),
            cleaned.cavitiesFilled(),
            simplified.error(),
            MeshQuality.of(delivered)));
  }

  private static String emptyMessage(ScalarField opacity, float level) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float value : opacity.values()) {
      highest = Math.max(highest, value);
    }
    return "opacity: at most "
        + highest
        + " per voxel (expected: somewhere above the level "
        + level
        + "; fix: distil for more steps, start from projected views, or lower the mesh level)";
  }
}
