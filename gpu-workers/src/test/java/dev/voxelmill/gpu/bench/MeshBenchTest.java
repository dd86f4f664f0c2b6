package dev.voxelmill.gpu.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeshBenchTest {

  @Test
  void everyStageIsTimedAndTheWholeIsPrinted() {
    MeshBench.Timing timing = MeshBench.run(40);

    assertEquals(
        List.of("clean", "extract", "simplify", "normals", "quality", "write GLB"),
        List.copyOf(timing.stageMs().keySet()));
    assertTrue(timing.facesDelivered() <= timing.facesExtracted());
    assertEquals(7, MeshBench.describe(timing).lines().count());
  }
}
