package dev.voxelmill.gpu.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.voxelmill.gpu.nn.script.Precision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkerConfigTest {
  private static final String CPU = "cpu/libtorch-2.7.1/avx2/threads-2";
  private static final WorkerConfig STRICT =
      new WorkerConfig(
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          2,
          1,
          Precision.FLOAT32,
          Assignments.LIMITS);

  @Test
  void aloneAndInFloat32TheClassIsTheDevices() {
    assertEquals(CPU, STRICT.deviceClass(CPU));
  }

  @Test
  void whatChangesBitsIsPartOfTheClass() {
    assertEquals(CPU + "/batch-4", STRICT.withBatch(4).deviceClass(CPU));
    assertEquals(CPU + "/bfloat16", STRICT.withDtype(Precision.BFLOAT16).deviceClass(CPU));
    assertEquals(
        CPU + "/float16/batch-2",
        STRICT.withDtype(Precision.FLOAT16).withBatch(2).deviceClass(CPU));
  }
}
