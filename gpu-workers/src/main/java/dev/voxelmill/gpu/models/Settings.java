package dev.voxelmill.gpu.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The settings of a configuration that say what a network or a sampler is. */
final class Settings {
  private static final List<String> SAMPLER =
      List.of(
          "prediction_type",
          "beta_schedule",
          "beta_start",
          "beta_end",
          "timestep_spacing",
          "num_train_timesteps",
          "steps_offset");

  private static final List<String> TOWER =
      List.of(
          "hidden_size",
          "num_hidden_layers",
          "num_attention_heads",
          "hidden_act",
          "projection_dim");

  private Settings() {}

  /** Those of a network, as its file writes them; what it leaves to the library is left out. */
  static Map<String, String> of(NetworkKind kind, JsonNode config) {
    return present(
        config,
        switch (kind) {
          case UNET ->
              List.of(
                  "in_channels",
                  "block_out_channels",
                  "layers_per_block",
                  "attention_head_dim",
                  "cross_attention_dim",
                  "use_linear_projection",
                  "upcast_attention",
                  "class_embed_type",
                  "num_class_embeds");
          case CONTROL_NET ->
              List.of(
                  "in_channels",
                  "conditioning_channels",
                  "block_out_channels",
                  "layers_per_block",
                  "attention_head_dim",
                  "cross_attention_dim");
          case AUTOENCODER ->
              List.of(
                  "latent_channels", "block_out_channels", "layers_per_block", "scaling_factor");
          case TEXT_TOWER, PROJECTING_TEXT_TOWER ->
              and(TOWER, "vocab_size", "max_position_embeddings");
          case VISION_TOWER -> and(TOWER, "image_size", "patch_size");
          case CAMERA_PROJECTION -> List.of();
        });
  }

  /** Those of a sampler. */
  static Map<String, String> ofSampler(JsonNode config) {
    return present(config, SAMPLER);
  }

  private static List<String> and(List<String> keys, String... more) {
    return Stream.concat(keys.stream(), Stream.of(more)).toList();
  }

  private static Map<String, String> present(JsonNode config, List<String> keys) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : keys) {
      if (config.hasNonNull(key)) {
        JsonNode value = config.get(key);
        settings.put(key, value.isTextual() ? value.asText() : value.toString());
      }
    }
    return Collections.unmodifiableMap(settings);
  }
}
