package dev.voxelmill.gpu.distill;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.OnDeviceThread;
import dev.voxelmill.gpu.engine.Torch;
import dev.voxelmill.gpu.engine.TorchOptions;
import dev.voxelmill.gpu.field.Scene;
import dev.voxelmill.gpu.toys.ToyFamily;
import dev.voxelmill.gpu.toys.ToyObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Five hundred steps leave resident memory where it was. */
@OnDeviceThread
class DistillationMemoryTest {
  private static final int WARM_UP = 60;
  private static final int STEPS = 500;
  private static final int SIZE_PX = 16;

  private static final int GARBAGE_BYTES = 64 << 10;

  /**
   * What the Java heap may still grow by; a leak of one step's arrays would be megabytes per step,
   * more than ten times this.
   */
  private static final long SLACK_KIB = 96L << 10;

  @Test
  void fiveHundredStepsLeaveMemoryFlat() throws IOException {
    ToyObject toy = ToyObject.of(60_000_004, ToyFamily.DUCK);
    Scene scene = PictureScenes.ofGrid(16);
    DistillOptions options = OracleRun.options(WARM_UP + STEPS);
    try (NDManager scope = Torch.start(TorchOptions.cpu()).newScope();
        Distillation run =
            OracleRun.open(scope, options, scene, OracleRun.start(scope, scene), toy, SIZE_PX)) {
      while (run.nextStep() < WARM_UP) {
        run.step();
      }
      touchHeap();
      long before = residentKib();

      while (run.nextStep() < run.totalSteps()) {
        run.step();
      }

      long grown = residentKib() - before;
      assertTrue(grown < SLACK_KIB, "grown by " + grown + " KiB");
    }
  }

  /** Fills the Java heap with garbage once, so that its pages do not count as growth later. */
  private static void touchHeap() {
    long left = 2 * Runtime.getRuntime().totalMemory();
    while (left > 0) {
      left -= new byte[GARBAGE_BYTES].length;
    }
  }

  private static long residentKib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("VmRSS: missing (expected: a line of /proc/self/status)");
  }
}
