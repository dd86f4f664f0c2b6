package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.fixtures.FixtureTensor;
import java.util.Map;

/** How this system answers the cases of one kind. */
interface CaseKind {
  /** Answers every recorded tensor of the case. */
  Answers answer(NDManager scope, Recording recording);

  /** What was recorded, for a kind that keeps it elsewhere than in {@code expected.safetensors}. */
  default Map<String, FixtureTensor> expected(Recording recording) {
    return recording.expected();
  }
}
