package dev.voxelmill.gpu.convert;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The checkpoints of the original code that can be converted, each with what tells it. */
sealed interface OriginalKind {
  /** A tensor that only Zero-1-to-3 has. */
  String CAMERA = "cc_projection.weight";

  /** Zero-1-to-3: a UNet with a camera's token, an autoencoder, OpenAI's vision tower. */
  record Zero123() implements OriginalKind {}

  /** Stable Diffusion: a UNet, an autoencoder and a text tower. */
  record StableDiffusion(TextTower tower) implements OriginalKind {}

  /**
   * The kind of a checkpoint with tensors of these names.
   *
   * @throws CheckpointException when it is of no known kind
   */
  static OriginalKind of(Set<String> names) {
    if (names.contains(CAMERA)) {
      return new Zero123();
    }
    List<TextTower> towers = Arrays.asList(TextTower.values());
    return towers.stream()
        .filter(tower -> names.contains(tower.mark()))
        .findFirst()
        .map(StableDiffusion::new)
        .orElseThrow(
            () ->
                new CheckpointException(
                    "kind",
                    "unknown, with %d tensors".formatted(names.size()),
                    "%s of Zero-1-to-3, or a text tower of Stable Diffusion, one of %s"
                        .formatted(CAMERA, towers.stream().map(TextTower::mark).toList())));
  }
}
