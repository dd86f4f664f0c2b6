package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;

/** What is embedded and added to the timestep: nothing, a class, or a vector such as a camera. */
sealed interface ClassCondition {
  /** No further input. */
  record None() implements ClassCondition {}

  /** One of so many classes, (B) int64. */
  record Numbered(int classes) implements ClassCondition {}

  /** A second timestep, (B). */
  record Timestep() implements ClassCondition {}

  /** A vector of the embedding's width, (B, E). */
  record Identity() implements ClassCondition {}

  /** A vector (B, width) through two layers. */
  record Projection(int width) implements ClassCondition {}

  /** A vector (B, width) through one layer. */
  record SimpleProjection(int width) implements ClassCondition {}

  static ClassCondition of(ConfigFile config) {
    String width = "projection_class_embeddings_input_dim";
    String type = config.text("class_embed_type").orElse("");
    return switch (type) {
      case "" ->
          config.has("num_class_embeds")
              ? new Numbered(config.count("num_class_embeds"))
              : new None();
      case "timestep" -> new Timestep();
      case "identity" -> new Identity();
      case "projection" -> new Projection(config.count(width));
      case "simple_projection" -> new SimpleProjection(config.count(width));
      default ->
          throw config.wrong(
              "class_embed_type",
              type,
              "absent, timestep, identity, projection or simple_projection");
    };
  }
}
