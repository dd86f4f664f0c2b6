package dev.voxelmill.gpu.metrics;

/** Intersection over union of two sets of cells: voxels of a grid or pixels of a silhouette. */
public final class Overlap {
  private Overlap() {}

  /** |a and b| / |a or b|; 1 when both are empty, as equal sets. */
  public static double iou(boolean[] a, boolean[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "cells: " + a.length + " and " + b.length + " (expected: equal)");
    }
    int both = 0;
    int either = 0;
    for (int i = 0; i < a.length; i++) {
      both += a[i] && b[i] ? 1 : 0;
      either += a[i] || b[i] ? 1 : 0;
    }
    return either == 0 ? 1 : (double) both / either;
  }
}
