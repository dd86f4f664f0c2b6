package dev.voxelmill.gpu.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.FieldState;
import dev.voxelmill.gpu.field.LearningRates;
import dev.voxelmill.gpu.field.OptimiserRule;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A distillation stopped anywhere and continued from its snapshot gives the same bytes. */
@OnDeviceThread
class DistillationResumeTest {
  private static final int STEPS = 12;
  private static final int SIZE_PX = 16;
  private static final Scene SCENE = PictureScenes.ofGrid(16);
  private static final ToyObject TOY = ToyObject.of(60_000_003, ToyFamily.CAR);
  private static final String RUN = "a run";

  /** Every loss at once, so that nothing a step depends on is left out. */
  private static final DistillOptions.LossWeights EVERYTHING =
      new DistillOptions.LossWeights(
          10, 0.02, new Emptiness(Emptiness.Form.SJC, 0.01, 10, 0.5, 20), 0.01, 0.1, 0.1, 0.5);

  @Test
  void aStopAtAnyStepLeavesTheSameBytes() {
    for (DistillOptions options :
        List.of(options(1, OptimiserRule.ADAM), options(3, OptimiserRule.ADAMAX))) {
      byte[] straight = interrupted(options, List.of());

      for (List<Integer> stops : List.of(List.of(1), List.of(4), List.of(5, 6, 11))) {
        assertArrayEquals(straight, interrupted(options, stops), stops + " of " + options);
      }
    }
  }

  @Test
  void aStateOfAnotherConfigurationIsRefused() {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      byte[] bytes = OracleRun.start(scope, SCENE).toSafeTensors("one");

      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class,
              () -> FieldState.read(scope, SCENE.layout(), bytes, "other"));

      assertEquals(
          "field state: configuration one (expected: other; fix: continue with the parameters it"
              + " began with)",
          refusal.getMessage());
    }
  }

  private static DistillOptions options(int accumulation, OptimiserRule rule) {
    DistillOptions oracle = OracleRun.options(STEPS);
    return new DistillOptions(
        STEPS,
        rule,
        new LearningRates(0.05, 0.6, 0.2, 0, true),
        accumulation,
        oracle.score(),
        EVERYTHING);
  }

  /** Runs to the end, through a snapshot and a new process' worth of objects at every stop. */
  private static byte[] interrupted(DistillOptions options, List<Integer> stops) {
    byte[] state;
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      state = OracleRun.start(scope, SCENE).toSafeTensors(RUN);
    }
    for (int stop : stops) {
      state = continued(options, state, stop);
    }
    return continued(options, state, STEPS);
  }

  private static byte[] continued(DistillOptions options, byte[] bytes, int until) {
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope()) {
      FieldState state = FieldState.read(scope, SCENE.layout(), bytes, RUN);
      try (Distillation run = OracleRun.open(scope, options, SCENE, state, TOY, SIZE_PX)) {
        while (run.nextStep() < until) {
          run.step();
        }
        return run.state().toSafeTensors(RUN);
      }
    }
  }
}
