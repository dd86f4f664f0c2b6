package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * Reduces a closed manifold to any number of faces and leaves it one, whatever it looks like.
 *
 * <p>It takes the cheapest permitted step at a time. A vertex is merged into a neighbour only where
 * the two share no neighbours but the two opposite to their edge: the link condition of Dey,
 * Edelsbrunner, Guha and Nekhayev, "Topology preserving edge contraction", Publications de
 * l'Institut Mathematique 66, 1999, which keeps the surface what it was. A surface of noise can
 * have so many handles that it does not come under its face budget that way: when no vertex can be
 * merged any more without turning a triangle over, the shortest cycle of three edges that bounds no
 * triangle is cut and both rims are closed, which opens a handle or parts two bodies. Merges that
 * fold the surface come after that. In the end every part is a tetrahedron, and one after the other
 * is dropped.
 *
 * <p>It ends: a merge takes two faces away; a cut adds two, but also two to the Euler
 * characteristic, which cannot grow beyond half the faces.
 *
 * <p>A step changes what its neighbours can do and nobody else's: whether two vertices can be
 * merged hangs on the neighbours that they share, which change only round the vertex that was kept.
 * So the queue is exact at every moment.
 */
final class ManifoldCollapse {
  private final ClosedSurface surface;
  private final MergeCosts mergeCosts;
  private final BestStep bestStep;
  private final StepQueue queue;
  private int[] partner; // (V), with which a vertex takes its step
  private int[] third; // (V), of a cut
  private double deviation;

  private ManifoldCollapse(TriangleMesh mesh, float[] colours, double colourDistance) {
    surface = new ClosedSurface(mesh);
    mergeCosts = new MergeCosts(surface, mesh, colours, colourDistance);
    bestStep = new BestStep(surface, mergeCosts);
    queue = new StepQueue(mesh.vertexCount());
    partner = new int[mesh.vertexCount()];
    third = new int[mesh.vertexCount()];
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      if (surface.has(vertex)) {
        queue(vertex);
      }
    }
  }

  /**
   * Reduces a mesh.
   *
   * @param mesh a closed manifold, at its vertices too, as {@link MarchingCubes} makes it
   * @param colours colour of each vertex, (V, 3)
   * @return a closed manifold of no more faces than the target
   */
  static Simplifier.Simplified reduce(
      TriangleMesh mesh, float[] colours, Simplifier.Target target) {
    double extent = extent(mesh);
    ManifoldCollapse collapse = new ManifoldCollapse(mesh, colours, target.colourWeight() * extent);
    while (collapse.surface.faces() > target.targetFaces()) {
      collapse.takeStep();
    }
    return new Simplifier.Simplified(
        collapse.surface.toMesh(), (float) (collapse.deviation / extent));
  }

  /** The longest edge of the box round a mesh. */
  private static double extent(TriangleMesh mesh) {
    double extent = 0;
    for (int axis = 0; axis < 3; axis++) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (int i = axis; i < mesh.positions().length; i += 3) {
        low = Math.min(low, mesh.positions()[i]);
        high = Math.max(high, mesh.positions()[i]);
      }
      extent = Math.max(extent, (double) high - low);
    }
    return extent;
  }

  private void takeStep() {
    int vertex = queue.first();
    double cost = queue.cost(vertex);
    BestStep.Kind kind = queue.kind(vertex);
    deviation =
        Math.max(
            deviation,
            switch (kind) {
              case MERGE, FOLD -> mergeCosts.distance(vertex, cost);
              case CUT, DROP -> cost;
            });
    switch (kind) {
      case MERGE, FOLD -> merge(vertex, partner[vertex]);
      case CUT -> cut(new int[] {vertex, partner[vertex], third[vertex]});
      case DROP -> drop(vertex);
    }
  }

  private void merge(int gone, int kept) {
    queue.remove(gone);
    mergeCosts.merge(gone, kept);
    surface.collapse(gone, kept);
    queueRound(kept);
  }

  private void cut(int[] cycle) {
    int copies = surface.cut(cycle[0], cycle[1], cycle[2]);
    if (surface.vertices() > partner.length) {
      int room = surface.vertices() + surface.vertices() / 4;
      partner = Arrays.copyOf(partner, room);
      third = Arrays.copyOf(third, room);
    }
    for (int i = 0; i < cycle.length; i++) {
      mergeCosts.copy(cycle[i], copies + i);
    }
    for (int i = 0; i < cycle.length; i++) {
      queueRound(cycle[i]);
      queueRound(copies + i);
    }
  }

  private void drop(int vertex) {
    for (int at = surface.firstCorner(vertex);
        at != ClosedSurface.END;
        at = surface.cornerAfter(vertex, at)) {
      queue.remove(surface.following(at));
    }
    queue.remove(vertex);
    surface.dropTetrahedron(vertex);
  }

  private void queueRound(int vertex) {
    queue(vertex);
    for (int at = surface.firstCorner(vertex);
        at != ClosedSurface.END;
        at = surface.cornerAfter(vertex, at)) {
      queue(surface.following(at));
    }
  }

  private void queue(int vertex) {
    bestStep.find(vertex);
    partner[vertex] = bestStep.partner();
    third[vertex] = bestStep.third();
    queue.put(vertex, bestStep.kind(), bestStep.cost());
  }
}
