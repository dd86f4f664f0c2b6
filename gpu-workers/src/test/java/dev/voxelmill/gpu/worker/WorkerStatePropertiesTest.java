package dev.voxelmill.gpu.worker;

import static dev.voxelmill.gpu.worker.Commands.acknowledge;
import static dev.voxelmill.gpu.worker.Commands.release;
import static dev.voxelmill.gpu.worker.Commands.run;
import static dev.voxelmill.gpu.worker.Commands.stop;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.voxelmill.gpu.worker.WorkerEffect.Begin;
import dev.voxelmill.gpu.worker.WorkerState.Decision;
import dev.voxelmill.protocols.job.JobFailure;
import dev.voxelmill.protocols.worker.Assignment;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of a worker whatever it is told and whatever its device does. */
class WorkerStatePropertiesTest {
  private static final Assignment FIRST = Assignments.of("one", 1);
  private static final Assignment OTHER = Assignments.of("two", 1);
  private static final JobFailure FAILURE = Assignments.FAILURE;

  @Property
  void anAttemptNeverBeginsTwiceAndTheDeviceHoldsAtMostOne(
      @ForAll("histories") List<Integer> history) {
    WorkerState state = WorkerState.idle(3);
    List<AttemptRef> begun = new ArrayList<>();
    int onDevice = 0;

    for (int move : history) {
      Assignment assignment = move % 2 == 0 ? FIRST : OTHER;
      AttemptRef ref = AttemptRef.of(assignment);
      boolean holds = state.active().map(now -> now.ref().equals(ref)).orElse(false);
      Decision decision =
          switch (move / 2) {
            case 0 -> state.on(run(assignment));
            case 1 -> state.on(stop(assignment));
            case 2 -> state.on(new DeviceEvent.Failed(ref, FAILURE));
            case 3 -> state.on(new DeviceEvent.Halted(ref));
            case 4 -> state.on(release(assignment));
            default -> state.on(acknowledge(assignment, 1));
          };
      boolean ends = holds && (move / 2 == 2 || move / 2 == 3);
      onDevice -= ends ? 1 : 0;
      for (WorkerEffect effect : decision.effects()) {
        if (effect instanceof Begin begin) {
          begun.add(AttemptRef.of(begin.assignment()));
          onDevice++;
        }
      }
      state = decision.next();
      assertTrue(onDevice <= 1);
    }

    assertEquals(begun.stream().distinct().toList(), begun);
  }

  @Provide
  Arbitrary<List<Integer>> histories() {
    return Arbitraries.integers().between(0, 11).list().ofMaxSize(30);
  }
}
