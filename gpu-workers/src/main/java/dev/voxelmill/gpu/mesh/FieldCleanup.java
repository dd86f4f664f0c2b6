package dev.voxelmill.gpu.mesh;

/**
 * Removes small parts of a field and fills its cavities, before a surface is extracted.
 *
 * <p>Parts are 6-connected, which is what {@link MarchingCubes} joins. Distilled densities are
 * hollow shells with floating crumbs: the crumbs would be extra objects and the hollows inner walls
 * that nobody sees. Voxels that change lie apart from every surface that stays, so the kept surface
 * does not move.
 */
public final class FieldCleanup {
  private FieldCleanup() {}

  /**
   * What counts as a crumb.
   *
   * @param minPartFraction parts smaller than this fraction of the largest go, in [0, 1]
   * @param minPartVoxels parts of fewer voxels go as well, unless it is the largest
   */
  public record Limits(double minPartFraction, int minPartVoxels) {
    public static final Limits DEFAULT = new Limits(0.05, 8);

    public Limits {
      if (!(minPartFraction >= 0 && minPartFraction <= 1)) {
        throw new IllegalArgumentException(
            "minPartFraction: " + minPartFraction + " (expected: in [0, 1])");
      }
      if (minPartVoxels < 0) {
        throw new IllegalArgumentException("minPartVoxels: " + minPartVoxels + " (expected: >= 0)");
      }
    }
  }

  /** A cleaned field and what was done to it. */
  public record Cleaned(ScalarField field, int partsRemoved, int cavitiesFilled) {}

  /**
   * Fills every hollow, then removes the crumbs.
   *
   * @param fillLevel value above which a voxel bounds a cavity, at most {@code level}
   * @param level value above which a voxel is inside the surface to come
   */
  public static Cleaned clean(ScalarField field, float fillLevel, float level, Limits limits) {
    float[] values = field.values().clone();
    boolean[] inside = above(values, fillLevel);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    int cavities = fillCavities(field.size(), inside, values, high);
    fillFaintDepths(field.size(), inside, values, level, high);
    int crumbs = removeCrumbs(field.size(), above(values, level), values, low, limits);
    return new Cleaned(field.with(values), crumbs, cavities);
  }

  private static boolean[] above(float[] values, float level) {
    boolean[] above = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      above[i] = values[i] > level;
    }
    return above;
  }

  /** Raises what lies between the two levels behind the outermost voxels: no hollow stays there. */
  private static void fillFaintDepths(
      GridSize size, boolean[] inside, float[] values, float level, float filling) {
    int plane = size.nx() * size.ny();
    for (int i = 0; i < values.length; i++) {
      int x = i % size.nx();
      int y = i / size.nx() % size.ny();
      int z = i / plane;
      boolean innermost =
          inside[i]
              && (x > 0 && inside[i - 1])
              && (x + 1 < size.nx() && inside[i + 1])
              && (y > 0 && inside[i - size.nx()])
              && (y + 1 < size.ny() && inside[i + size.nx()])
              && (z > 0 && inside[i - plane])
              && (z + 1 < size.nz() && inside[i + plane]);
      if (innermost && values[i] <= level) {
        values[i] = filling;
      }
    }
  }

  private static int fillCavities(GridSize size, boolean[] inside, float[] values, float filling) {
    Parts empty = Parts.of(size, inside, false);
    int cavities = 0;
    for (int part = 0; part < empty.count(); part++) {
      cavities += empty.touchesBorder(part) ? 0 : 1;
    }
    for (int i = 0; i < values.length; i++) {
      if (!inside[i] && !empty.touchesBorder(empty.partOf(i))) {
        values[i] = filling;
        inside[i] = true;
      }
    }
    return cavities;
  }

  private static int removeCrumbs(
      GridSize size, boolean[] inside, float[] values, float emptiness, Limits limits) {
    Parts solid = Parts.of(size, inside, true);
    int largest = 0;
    for (int part = 0; part < solid.count(); part++) {
      largest = Math.max(largest, solid.voxels(part));
    }
    double enough = Math.max(limits.minPartFraction() * largest, limits.minPartVoxels());
    double kept = Math.min(largest, enough);
    int removed = 0;
    for (int part = 0; part < solid.count(); part++) {
      removed += solid.voxels(part) < kept ? 1 : 0;
    }
    for (int i = 0; i < values.length; i++) {
      if (inside[i] && solid.voxels(solid.partOf(i)) < kept) {
        values[i] = emptiness;
      }
    }
    return removed;
  }
}
