package dev.voxelmill.actors.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.protocols.plan.Method;
import dev.voxelmill.protocols.plan.Methods;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fault F25 of the expectations, its memory: ten thousand jobs of a hundred tenants wait. */
class QueueHeapTest {
  private static final int JOBS = 10_000;
  private static final double MOST_BYTES = 2048;

  @Test
  void aQueuedJobTakesLittleHeapOfItsOwner() {
    for (Method method : List.of(Methods.IMAGE_TO_3D, Methods.SYNTHETIC)) {
      double bytes = new QueueHeap().bytesPerJob(method, JOBS);

      assertTrue(bytes < MOST_BYTES, method.name() + ": " + bytes + " bytes a job");
    }
  }

  @Test
  void aWaitingTaskTakesLittleHeapOfPlacement() {
    double bytes = new PlacementBench().bytesPerTask(JOBS);

    assertTrue(bytes < MOST_BYTES, bytes + " bytes a task");
  }
}
