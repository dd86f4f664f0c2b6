package dev.voxelmill.actors.bench;

import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;

/**
 * A process that prints, for each method, a line of its name and the bytes of heap that a queued
 * job takes. It is a process of its own because what other tests of a JVM leave behind, or let go
 * meanwhile, would be counted.
 */
final class QueueHeapProbe {
  /** The line of a waiting task, which no method is called. */
  static final String PLACEMENT = "placement";

  private static final int JOBS = 10_000;

  private QueueHeapProbe() {}

  public static void main(String[] args) {
    for (Method method : Methods.all()) {
      report(method.name(), new QueueHeap().bytesPerJob(method, JOBS));
    }
    report(PLACEMENT, new PlacementBench().bytesPerTask(JOBS));
  }

  private static void report(String name, double bytes) {
    System.out.println(name + " " + bytes);
  }
}
