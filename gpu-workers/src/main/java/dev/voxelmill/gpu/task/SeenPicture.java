package dev.voxelmill.gpu.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.engine.SafeTensors;
import dev.voxelmill.gpu.engine.SafeTensorsWriter;
import dev.voxelmill.gpu.zero123.Zero123Sight.Seen;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.List;

/**
 * The input picture as the tasks of Zero-1-to-3 after encoding read it.
 *
 * @param picture (1, 4, n, n) float32, RGB on white and coverage, each in -1..1
 * @param seen what the networks see in its colours
 * @param camera of the picture, azimuth 0, with the field of view of the model's training
 */
record SeenPicture(NDArray picture, Seen seen, OrbitCamera camera) {
  byte[] toBytes(NDManager scope) {
    return new SafeTensorsWriter()
        .add("picture", picture)
        .add("place", seen.place())
        .add("latents", seen.latents())
        .add("camera", PosedViews.cameras(scope, List.of(camera)))
        .toBytes();
  }

  /** Reads what the encoding task left. */
  static SeenPicture of(NDManager scope, byte[] bytes) {
    try (SafeTensors file = SafeTensors.of("seen picture", bytes)) {
      return new SeenPicture(
          file.read(scope, "picture"),
          new Seen(file.read(scope, "place"), file.read(scope, "latents")),
          PosedViews.cameras(file.read(scope, "camera")).getFirst());
    }
  }
}
