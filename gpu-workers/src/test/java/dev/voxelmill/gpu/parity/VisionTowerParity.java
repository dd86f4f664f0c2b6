package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.clip.ClipVisionTower;
import dev.voxelmill.gpu.nn.script.Precision;

/** A vision tower, layer by layer. */
final class VisionTowerParity implements CaseKind {

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    try (ClipVisionTower tower =
        ClipVisionTower.load(scope, recording.folder("image_encoder"), Precision.FLOAT32, true)) {
      NDArray encoded = tower.encode(scope, recording.tensor(scope, "pixel_values"));
      NDArray pooled = tower.pooled(scope, encoded);
      answers.put("last_hidden_state", encoded);
      answers.put("pooler_output", pooled);
      answers.put("image_embeds", tower.projected(scope, pooled));
      for (String name : recording.expected().keySet()) {
        if (name.startsWith("hidden_states.")) {
          answers.put(name, tower.shown(scope, name));
        }
      }
    }
    return answers;
  }
}
