package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * One walk of marching cubes through layers of a padded field, holding three layers at a time.
 *
 * <p>Padded node (i, j, k) is sample (i - 1, j - 1, k - 1) of the field; the outermost nodes have
 * no sample and are outside. Cube layer k lies between node layers k and k + 1.
 */
final class SlabSweep {
  private final ScalarField field;
  private final float level;
  private final int px; // padded nodes along x
  private final int py;
  private final int pz;

  private long[] keys = new long[1024];
  private float[] positions = new float[3 * 1024];
  private int vertices;
  private int[] triangles = new int[6 * 1024];
  private int corners;

  SlabSweep(ScalarField field, float level) {
    this.field = field;
    this.level = level;
    this.px = field.size().nx() + 2;
    this.py = field.size().ny() + 2;
    this.pz = field.size().nz() + 2;
  }

  MeshSlab sweep(int begin, int end) {
    boolean[] insideBelow = null;
    int[] verticesBelow = null;
    boolean[] inside = classify(begin);
    for (int k = begin; k <= end; k++) {
      // The edges that rise from the top layer belong to the slab above.
      boolean[] insideAbove = k < end ? classify(k + 1) : inside;
      int[] edgeVertices = cutEdges(k, inside, insideAbove);
      if (k > begin) {
        fillCubes(insideBelow, inside, verticesBelow, edgeVertices);
      }
      insideBelow = inside;
      verticesBelow = edgeVertices;
      inside = insideAbove;
    }
    return new MeshSlab(
        Arrays.copyOf(keys, vertices),
        Arrays.copyOf(positions, 3 * vertices),
        Arrays.copyOf(triangles, corners));
  }

  /** Which nodes of a layer lie above the level. */
  private boolean[] classify(int k) {
    boolean[] inside = new boolean[px * py];
    if (k > 0 && k < pz - 1) {
      for (int j = 1; j < py - 1; j++) {
        for (int i = 1; i < px - 1; i++) {
          inside[j * px + i] = field.value(i - 1, j - 1, k - 1) > level;
        }
      }
    }
    return inside;
  }

  /** Makes the vertices on all crossed edges that start in a layer; (node, axis) -> vertex. */
  private int[] cutEdges(int k, boolean[] inside, boolean[] insideAbove) {
    int[] edgeVertices = new int[3 * px * py];
    for (int j = 0; j < py; j++) {
      for (int i = 0; i < px; i++) {
        int node = j * px + i;
        if (i + 1 < px && inside[node] != inside[node + 1]) {
          edgeVertices[3 * node] = cut(i, j, k, 0);
        }
        if (j + 1 < py && inside[node] != inside[node + px]) {
          edgeVertices[3 * node + 1] = cut(i, j, k, 1);
        }
        if (inside[node] != insideAbove[node]) {
          edgeVertices[3 * node + 2] = cut(i, j, k, 2);
        }
      }
    }
    return edgeVertices;
  }

  private int cut(int i, int j, int k, int axis) {
    if (vertices == keys.length) {
      keys = Arrays.copyOf(keys, 2 * vertices);
      positions = Arrays.copyOf(positions, 6 * vertices);
    }
    double along = crossing(i, j, k, axis);
    keys[vertices] = (((long) k * py + j) * px + i) * 3 + axis;
    positions[3 * vertices] = (float) field.worldX(i - 1 + (axis == 0 ? along : 0));
    positions[3 * vertices + 1] = (float) field.worldY(j - 1 + (axis == 1 ? along : 0));
    positions[3 * vertices + 2] = (float) field.worldZ(k - 1 + (axis == 2 ? along : 0));
    return vertices++;
  }

  /** Where on an edge the level is crossed, in [0, 1]; half-way towards the padding. */
  private double crossing(int i, int j, int k, int axis) {
    int i1 = i + (axis == 0 ? 1 : 0);
    int j1 = j + (axis == 1 ? 1 : 0);
    int k1 = k + (axis == 2 ? 1 : 0);
    if (isPadding(i, j, k) || isPadding(i1, j1, k1)) {
      return 0.5;
    }
    double start = field.value(i - 1, j - 1, k - 1);
    double end = field.value(i1 - 1, j1 - 1, k1 - 1);
    return (level - start) / (end - start);
  }

  private boolean isPadding(int i, int j, int k) {
    return i == 0 || j == 0 || k == 0 || i == px - 1 || j == py - 1 || k == pz - 1;
  }

  private void fillCubes(
      boolean[] below, boolean[] above, int[] verticesBelow, int[] verticesAbove) {
    for (int j = 0; j + 1 < py; j++) {
      for (int i = 0; i + 1 < px; i++) {
        int node = j * px + i;
        int inside = square(below, node) | square(above, node) << 4;
        if (inside != 0 && inside != 255) {
          fillCube(node, CubeTable.triangles(inside), verticesBelow, verticesAbove);
        }
      }
    }
  }

  private int square(boolean[] inside, int node) {
    return (inside[node] ? 1 : 0)
        | (inside[node + 1] ? 2 : 0)
        | (inside[node + px] ? 4 : 0)
        | (inside[node + px + 1] ? 8 : 0);
  }

  private void fillCube(int node, byte[] edges, int[] verticesBelow, int[] verticesAbove) {
    if (corners + edges.length > triangles.length) {
      triangles = Arrays.copyOf(triangles, 2 * triangles.length);
    }
    for (byte edge : edges) {
      int corner = CubeTable.lowerCorner(edge);
      int start = node + (corner & 1) + (corner >> 1 & 1) * px;
      int[] layer = corner >> 2 == 0 ? verticesBelow : verticesAbove;
      triangles[corners++] = layer[3 * start + CubeTable.axis(edge)];
    }
  }
}
