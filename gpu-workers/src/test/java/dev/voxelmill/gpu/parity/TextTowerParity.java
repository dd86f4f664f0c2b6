package dev.voxelmill.gpu.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.clip.ClipTextTower;
import dev.voxelmill.gpu.nn.script.Precision;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text tower, layer by layer, with and without a mask, and with layers left out. */
final class TextTowerParity implements CaseKind {
  private static final Pattern SKIP = Pattern.compile("clip_skip(\\d+)\\.final_ln");

  @Override
  public Answers answer(NDManager scope, Recording recording) {
    Answers answers = new Answers();
    try (ClipTextTower tower =
        ClipTextTower.load(scope, recording.folder("text_encoder"), Precision.FLOAT32, true)) {
      NDArray numbers = recording.whole(scope, "input_ids");
      for (String name : recording.expected().keySet()) {
        Matcher skip = SKIP.matcher(name);
        if (skip.matches()) {
          int skipped = Integer.parseInt(skip.group(1));
          answers.put(name, tower.encodeSkipping(scope, numbers, skipped));
        }
      }
      if (recording.hasInput("short.input_ids")) {
        NDArray few = recording.whole(scope, "short.input_ids");
        answers.put("short.last_hidden_state", tower.encode(scope, few));
      }
      if (recording.hasInput("attention_mask")) {
        NDArray mask = recording.whole(scope, "attention_mask");
        answers.put("masked.last_hidden_state", tower.encodeMasked(scope, numbers, mask));
      }
      NDArray encoded = tower.encode(scope, numbers);
      NDArray pooled = tower.pooled(scope, encoded, numbers);
      answers.put("last_hidden_state", encoded);
      answers.put("pooler_output", pooled);
      tower.projected(scope, pooled).ifPresent(place -> answers.put("text_embeds", place));
      for (String name : recording.expected().keySet()) {
        if (name.startsWith("hidden_states.")) {
          answers.put(name, tower.shown(scope, name));
        }
      }
    }
    return answers;
  }
}
