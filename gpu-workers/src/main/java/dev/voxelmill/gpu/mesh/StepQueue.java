package dev.voxelmill.gpu.mesh;

import java.util.Arrays;

/**
 * Vertices in the order in which their next steps are to be taken: by kind, then by cost, then by
 * number, so that the order depends on nothing else. A binary heap that knows each vertex's place.
 */
final class StepQueue {
  private static final int ABSENT = -1;

  private int[] heap; // places to vertices
  private int[] place; // vertices to places
  private BestStep.Kind[] kind; // per vertex
  private double[] cost; // per vertex
  private int size;

  StepQueue(int vertices) {
    heap = new int[vertices];
    place = new int[vertices];
    kind = new BestStep.Kind[vertices];
    cost = new double[vertices];
    Arrays.fill(place, ABSENT);
  }

  boolean isEmpty() {
    return size == 0;
  }

  int first() {
    return heap[0];
  }

  double cost(int vertex) {
    return cost[vertex];
  }

  BestStep.Kind kind(int vertex) {
    return kind[vertex];
  }

  /** Gives a vertex another place, or its first one. */
  void put(int vertex, BestStep.Kind itsKind, double itsCost) {
    makeRoom(vertex);
    kind[vertex] = itsKind;
    cost[vertex] = itsCost;
    if (place[vertex] == ABSENT) {
      settle(vertex, size++);
    }
    rise(vertex);
    sink(vertex);
  }

  /** Takes a vertex out, if it is in. */
  void remove(int vertex) {
    if (vertex >= place.length || place[vertex] == ABSENT) {
      return;
    }
    int hole = place[vertex];
    int last = heap[--size];
    place[vertex] = ABSENT;
    if (last != vertex) {
      settle(last, hole);
      rise(last);
      sink(last);
    }
  }

  private void makeRoom(int vertex) {
    int known = place.length;
    if (vertex >= known) {
      int room = vertex + vertex / 4 + 8;
      heap = Arrays.copyOf(heap, room);
      place = Arrays.copyOf(place, room);
      kind = Arrays.copyOf(kind, room);
      cost = Arrays.copyOf(cost, room);
      Arrays.fill(place, known, room, ABSENT);
    }
  }

  private void rise(int vertex) {
    int at = place[vertex];
    while (at > 0 && isBefore(vertex, heap[(at - 1) / 2])) {
      settle(heap[(at - 1) / 2], at);
      at = (at - 1) / 2;
    }
    settle(vertex, at);
  }

  private void sink(int vertex) {
    int at = place[vertex];
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], vertex)) {
        break;
      }
      settle(heap[child], at);
      at = child;
    }
    settle(vertex, at);
  }

  private void settle(int vertex, int at) {
    heap[at] = vertex;
    place[vertex] = at;
  }

  private boolean isBefore(int one, int other) {
    if (kind[one] != kind[other]) {
      return kind[one].compareTo(kind[other]) < 0;
    }
    int byCost = Double.compare(cost[one], cost[other]);
    return byCost != 0 ? byCost < 0 : one < other;
  }
}
