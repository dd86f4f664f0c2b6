package dev.voxelmill.gpu.field;

import java.util.Arrays;

/**
 * Where a bundle of rays is sampled. A ray takes {@code counts} samples at distances {@code near +
 * step * (i + offset)}; only these exist, so a ray that misses the box costs nothing.
 */
public final class RayMarch {
  private final Rays rays;
  private final float[] near; // (n) distance of the span's beginning
  private final float[] step; // (n) distance between samples
  private final float[] offset; // (n) where in its step the first sample lies, [0, 1]
  private final long[] counts; // (n) samples of each ray
  private final int samples; // columns of the dense weight table, >= every count

  private RayMarch(
      Rays rays, float[] near, float[] step, float[] offset, long[] counts, int samples) {
    this.rays = rays;
    this.near = near;
    this.step = step;
    this.offset = offset;
    this.counts = counts;
    this.samples = samples;
  }

  /**
   * Samples a fixed step apart from where the ray enters, as SJC does (voxnerf/render.py, {@code
   * render_ray_bundle}); lengths are compared in float32, as there.
   */
  public static RayMarch fixedStep(Rays rays, SceneBox box, float step) {
    Spans spans = box.spans(rays).inFront();
    int n = rays.count();
    float[] near = new float[n];
    float[] lengths = new float[n];
    float longest = 0;
    for (int ray = 0; ray < n; ray++) {
      near[ray] = (float) spans.near(ray);
      lengths[ray] = (float) spans.far(ray) - near[ray];
      longest = Math.max(longest, lengths[ray]);
    }
    int samples = (int) (longest / step) + 1;
    long[] counts = new long[n];
    for (int ray = 0; ray < n; ray++) {
      counts[ray] = stepsBelow(lengths[ray], step, samples);
    }
    float[] steps = new float[n];
    Arrays.fill(steps, step);
    return new RayMarch(rays, near, steps, new float[n], counts, samples);
  }

  private static int stepsBelow(float length, float step, int samples) {
    int count = Math.min(samples, (int) (length / step));
    while (count < samples && step * count < length) {
      count++;
    }
    while (count > 0 && step * (count - 1) >= length) {
      count--;
    }
    return count;
  }

  /**
   * The same number of equal steps on every ray that meets the box, each sampled at {@code offset}
   * of its step: 0.5 is the middle, a random value per ray is jitter.
   */
  public static RayMarch equalParts(Rays rays, SceneBox box, int samples, float[] offset) {
    Spans spans = box.spans(rays).inFront();
    int n = rays.count();
    float[] near = new float[n];
    float[] step = new float[n];
    long[] counts = new long[n];
    for (int ray = 0; ray < n; ray++) {
      double length = spans.far(ray) - spans.near(ray);
      near[ray] = (float) spans.near(ray);
      step[ray] = (float) (length / samples);
      counts[ray] = length > 0 ? samples : 0;
    }
    return new RayMarch(rays, near, step, offset, counts, samples);
  }

  /** The n rays. */
  public Rays rays() {
    return rays;
  }

  /** Columns of the dense (n, samples) weight table. */
  public int samples() {
    return samples;
  }

  float[] near() {
    return near;
  }

  float[] step() {
    return step;
  }

  float[] offset() {
    return offset;
  }

  long[] counts() {
    return counts;
  }
}
