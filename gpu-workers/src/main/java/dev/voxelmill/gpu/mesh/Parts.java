package dev.voxelmill.gpu.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The 6-connected parts of one side of an occupancy grid, numbered in memory order. */
final class Parts {
  private final int[] labels;
  private final List<Part> parts;

  private record Part(int voxels, boolean touchesBorder) {}

  private Parts(int[] labels, List<Part> parts) {
    this.labels = labels;
    this.parts = parts;
  }

  /** The parts of all voxels whose occupancy is {@code side}. */
  static Parts of(GridSize size, boolean[] occupancy, boolean side) {
    Flood flood = new Flood(size, occupancy, side);
    List<Part> parts = new ArrayList<>();
    for (int seed = 0; seed < occupancy.length; seed++) {
      if (flood.isOpen(seed)) {
        parts.add(flood.from(seed, parts.size()));
      }
    }
    return new Parts(flood.labels, parts);
  }

  int count() {
    return parts.size();
  }

  int partOf(int voxel) {
    return labels[voxel];
  }

  int voxels(int part) {
    return parts.get(part).voxels();
  }

  boolean touchesBorder(int part) {
    return parts.get(part).touchesBorder();
  }

  /** Breadth-first labelling of one part after the other. */
  private static final class Flood {
    private final GridSize size;
    private final boolean[] occupancy;
    private final boolean side;
    private final int[] labels;
    private final int[] queue;
    private int queued;

    Flood(GridSize size, boolean[] occupancy, boolean side) {
      this.size = size;
      this.occupancy = occupancy;
      this.side = side;
      this.labels = new int[occupancy.length];
      this.queue = new int[occupancy.length];
      Arrays.fill(labels, -1);
    }

    boolean isOpen(int voxel) {
      return occupancy[voxel] == side && labels[voxel] < 0;
    }

    Part from(int seed, int label) {
      int plane = size.nx() * size.ny();
      boolean touchesBorder = false;
      queued = 0;
      visit(seed, label);
      for (int done = 0; done < queued; done++) {
        int voxel = queue[done];
        int x = voxel % size.nx();
        int y = voxel / size.nx() % size.ny();
        int z = voxel / plane;
        touchesBorder |= step(voxel, x, size.nx(), 1, label);
        touchesBorder |= step(voxel, y, size.ny(), size.nx(), label);
        touchesBorder |= step(voxel, z, size.nz(), plane, label);
      }
      return new Part(queued, touchesBorder);
    }

    /** Visits both neighbours along an axis and says whether one of them is beyond the grid. */
    private boolean step(int voxel, int at, int extent, int stride, int label) {
      if (at > 0) {
        visit(voxel - stride, label);
      }
      if (at + 1 < extent) {
        visit(voxel + stride, label);
      }
      return at == 0 || at + 1 == extent;
    }

    private void visit(int voxel, int label) {
      if (isOpen(voxel)) {
        labels[voxel] = label;
        queue[queued++] = voxel;
      }
    }
  }
}
