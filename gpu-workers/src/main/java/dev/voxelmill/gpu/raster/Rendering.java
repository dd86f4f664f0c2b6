package dev.voxelmill.gpu.raster;

/** A picture of a mesh on white and how much of each pixel the mesh covers. */
public final class Rendering {
  private final Picture picture;
  private final float[] coverage; // (height, width), [0, 1]

  Rendering(Picture picture, float[] coverage) {
    this.picture = picture;
    this.coverage = coverage;
  }

  public Picture picture() {
    return picture;
  }

  /** The covered fraction of each pixel, (height, width), shared. */
  public float[] coverage() {
    return coverage;
  }

  /** The pixels of which the mesh covers at least half, (height, width). */
  public boolean[] silhouette() {
    boolean[] silhouette = new boolean[coverage.length];
    for (int i = 0; i < coverage.length; i++) {
      silhouette[i] = coverage[i] >= 0.5f;
    }
    return silhouette;
  }
}
