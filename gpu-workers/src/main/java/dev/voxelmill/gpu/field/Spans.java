package dev.voxelmill.gpu.field;

/** For each ray the part that lies in the box, as distances from the ray's origin. */
public final class Spans {
  private final double[] near; // (n)
  private final double[] far; // (n)

  Spans(double[] near, double[] far) {
    this.near = near;
    this.far = far;
  }

  /** Where a ray enters the box; behind its origin when negative. */
  public double near(int ray) {
    return near[ray];
  }

  /** Where a ray leaves the box; below {@link #near} when it misses. */
  public double far(int ray) {
    return far[ray];
  }

  /** Whether the ray meets the box at all, behind its origin included. */
  public boolean hits(int ray) {
    return near[ray] < far[ray];
  }

  /** The same spans without what lies behind the origins; a ray that misses gets an empty span. */
  public Spans inFront() {
    double[] cutNear = new double[near.length];
    double[] cutFar = new double[far.length];
    for (int ray = 0; ray < near.length; ray++) {
      cutNear[ray] = Math.max(near[ray], 0);
      cutFar[ray] = Math.max(Math.max(far[ray], 0), cutNear[ray]);
    }
    return new Spans(cutNear, cutFar);
  }
}
