package dev.voxelmill.gpu.convert;

import java.util.Set;

/** How a checkpoint of Stable Diffusion keeps its text tower. */
enum TextTower {
  /** Stable Diffusion 1: OpenAI's tower under the names of transformers. */
  TRANSFORMERS("cond_stage_model.transformer.", "quick_gelu") {
    @Override
    Piece piece(String name) {
      return Piece.of(prefix() + name);
    }
  },
  /** The same from libraries of before 2022, which had one level of names less. */
  OLD_TRANSFORMERS("cond_stage_model.transformer.", "quick_gelu") {
    @Override
    Piece piece(String name) {
      return Piece.of(prefix() + name.substring("text_model.".length()));
    }
  },
  /**
   * Stable Diffusion 2: OpenCLIP's tower, whose last layer is not used. Files that were written
   * back from a diffusers folder lack that layer, and with it the projection.
   */
  OPEN_CLIP("cond_stage_model.model.", "gelu") {
    @Override
    Piece piece(String name) {
      return ClipNames.text(prefix(), name);
    }

    @Override
    int used(int layers, Set<String> names) {
      return names.contains(prefix() + "text_projection") ? layers - 1 : layers;
    }
  };

  private final String prefix;
  private final String activation;

  TextTower(String prefix, String activation) {
    this.prefix = prefix;
    this.activation = activation;
  }

  String prefix() {
    return prefix;
  }

  /** What transformers calls the tower's nonlinearity. */
  String activation() {
    return activation;
  }

  /** Where a tensor of transformers' tower is. */
  abstract Piece piece(String name);

  /**
   * How many of the stored layers Stable Diffusion uses.
   *
   * @param names of all tensors of the checkpoint
   */
  int used(int layers, Set<String> names) {
    return layers;
  }

  /** What tells that a checkpoint has this tower. */
  String mark() {
    return piece("text_model.embeddings.token_embedding.weight").source();
  }
}
