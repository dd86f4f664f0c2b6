package dev.voxelmill.gpu.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A step's memory is given back: resident memory, and the count of arrays, stay where they were.
 */
@OnDeviceThread
class MemoryTest {
  private static final int WARM_UP = 100;
  private static final int STEPS = 500;

  /** 1 MiB of float32. Every step below allocates one or more such tensors. */
  private static final Shape MEBIBYTE = new Shape(512, 512);

  /** An allocator's jitter; a leak of one tensor per step would be fifteen times this. */
  private static final long SLACK_BYTES = 32L << 20;

  private NDManager root;
  private Kernel steps;

  @BeforeEach
  void compile() {
    root = Torch.start(TorchOptions.cpu()).newScope();
    steps =
        Kernel.compile(
            root, KernelSource.resource(MemoryTest.class, "memory.torchscript", "Memory"));
  }

  @AfterEach
  void close() {
    root.close();
  }

  @Test
  void fiveHundredTrainingStepsLeaveMemoryFlat() {
    NDArray weight = root.ones(MEBIBYTE).mul(0.01f);
    NDArray input = root.ones(new Shape(16, 512)).mul(0.01f);

    requireFlat(
        () -> {
          try (NDManager step = root.newSubManager()) {
            NDList lossAndGradient = steps.differentiate(step, "loss", weight, input);
            List<Argument> update =
                List.of(
                    Argument.of(List.of(weight)),
                    Argument.of(List.of(lossAndGradient.get(1))),
                    Argument.of(1e-6));
            steps.call(step, "descend", update);
          }
        });
  }

  @Test
  void everyShapeOfResultIsGivenBack() {
    NDArray input = root.ones(MEBIBYTE);
    Map<String, NDArray> dict = new HashMap<>();
    dict.put("a", input);

    requireFlat(
        () -> {
          try (NDManager step = root.newSubManager()) {
            assertEquals(3, steps.call(step, "nested", input).size());
            assertEquals(1, steps.call(step, "keyed", List.of(Argument.of(dict))).size());
          }
        });
  }

  @Test
  void aFailingCallGivesItsArgumentsBack() {
    requireFlat(
        () -> {
          try (NDManager step = root.newSubManager()) {
            NDArray input = step.ones(MEBIBYTE);
            assertThrows(EngineException.class, () -> steps.call(step, "fail", input));
          }
        });
  }

  private void requireFlat(Runnable step) {
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
    int arrays = root.getManagedArrays().size();
    long before = residentBytes();
    for (int i = 0; i < STEPS; i++) {
      step.run();
    }
    long growth = residentBytes() - before;

    assertEquals(arrays, root.getManagedArrays().size());
    assertTrue(growth < SLACK_BYTES, "grew by " + (growth >> 20) + " MiB");
  }

  private static long residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .sum();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read this process's resident memory", e);
    }
  }
}
