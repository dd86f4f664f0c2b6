package dev.voxelmill.gpu.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code config.json} files that a checkpoint's tensors imply. What no tensor's shape tells has
 * the value of every published checkpoint: 32 groups, 64 channels per head of towers and of UNets
 * with linear projections, whose attention is done in float32, 8 heads of other UNets, the schedule
 * of Stable Diffusion.
 */
final class FoundSizes {
  /** What the names of Zero-1-to-3's vision tower begin with. */
  static final String VISION = "cond_stage_model.model.visual.";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEAD = 64;
  private static final int HEADS = 8;
  private static final int GROUPS = 32;

  private final Checkpoint checkpoint;

  FoundSizes(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  private boolean has(String name) {
    return checkpoint.tensors().containsKey(name);
  }

  private long extent(String name, int axis) {
    List<Long> shape = checkpoint.tensor(name).shape();
    if (axis >= shape.size()) {
      throw new CheckpointException(name, "shape " + shape, "more than " + axis + " dimensions");
    }
    return shape.get(axis);
  }

  /** A configuration of a class, otherwise empty. */
  static ObjectNode begin(String className) {
    return JSON.createObjectNode().put("_class_name", className);
  }

  private static ArrayNode array(List<?> values) {
    return JSON.valueToTree(values);
  }

  /** As many as published, or as fit into every level. */
  private static long groups(List<Long> channels) {
    return channels.stream().reduce((long) GROUPS, FoundSizes::commonDivisor);
  }

  private static long commonDivisor(long one, long other) {
    return other == 0 ? one : commonDivisor(other, one % other);
  }

  /** Residual blocks per level on the way down: what comes before the first smaller picture. */
  int unetLayers() {
    String block = LdmNames.UNET + "input_blocks.";
    int i = 1;
    while (has(block + i + ".0.in_layers.0.weight")) {
      i++;
    }
    return i - 1;
  }

  ObjectNode unet() {
    checkpoint.tensor(LdmNames.UNET + "input_blocks.0.0.weight");
    String block = LdmNames.UNET + "input_blocks.";
    int layers = unetLayers();
    List<Long> channels = new ArrayList<>();
    List<String> down = new ArrayList<>();
    List<String> up = new ArrayList<>();
    List<Long> heads = new ArrayList<>();
    String attention = "";
    for (int i = 1; has(block + i + ".0.in_layers.0.weight"); i += layers + 1) {
      channels.add(extent(block + i + ".0.out_layers.3.weight", 0));
      boolean attends = has(block + i + ".1.norm.weight");
      attention = attends ? block + i + ".1." : attention;
      down.add(attends ? "CrossAttnDownBlock2D" : "DownBlock2D");
      up.addFirst(attends ? "CrossAttnUpBlock2D" : "UpBlock2D");
      heads.add(Math.max(1, channels.getLast() / HEAD));
    }
    boolean linear = checkpoint.tensor(attention + "proj_in.weight").shape().size() == 2;
    ObjectNode config = begin("UNet2DConditionModel");
    config.put("in_channels", extent(LdmNames.UNET + "input_blocks.0.0.weight", 1));
    config.put("out_channels", extent(LdmNames.UNET + "out.2.weight", 0));
    config.put("layers_per_block", layers);
    config.set("block_out_channels", array(channels));
    config.set("down_block_types", array(down));
    config.set("up_block_types", array(up));
    config.put(
        "cross_attention_dim", extent(attention + "transformer_blocks.0.attn2.to_k.weight", 1));
    config.put("use_linear_projection", linear);
    config.put("norm_num_groups", groups(channels));
    if (linear) {
      config.set("attention_head_dim", array(heads));
      config.put("upcast_attention", true); // some logits of Stable Diffusion 2.1 overflow float16
    } else {
      config.put("attention_head_dim", HEADS);
    }
    return config;
  }

  int autoencoderLevels() {
    int levels = 0;
    while (has(LdmNames.VAE + "encoder.down." + levels + ".block.0.conv2.weight")) {
      levels++;
    }
    return levels;
  }

  ObjectNode autoencoder() {
    String down = LdmNames.VAE + "encoder.down.";
    List<Long> channels = new ArrayList<>();
    for (int level = 0; level < autoencoderLevels(); level++) {
      channels.add(extent(down + level + ".block.0.conv2.weight", 0));
    }
    int layers = 0;
    while (has(down + "0.block." + layers + ".conv2.weight")) {
      layers++;
    }
    ObjectNode config = begin("AutoencoderKL");
    config.put("in_channels", extent(LdmNames.VAE + "encoder.conv_in.weight", 1));
    config.put("out_channels", extent(LdmNames.VAE + "decoder.conv_out.weight", 0));
    config.put("latent_channels", extent(LdmNames.VAE + "decoder.conv_in.weight", 1));
    config.put("layers_per_block", layers);
    config.put("norm_num_groups", groups(channels));
    config.set("block_out_channels", array(channels));
    config.set(
        "down_block_types", array(channels.stream().map(c -> "DownEncoderBlock2D").toList()));
    config.set("up_block_types", array(channels.stream().map(c -> "UpDecoderBlock2D").toList()));
    return config.put("scaling_factor", 0.18215);
  }

  ObjectNode vision() {
    String tower = VISION;
    int layers = 0;
    while (has(tower + "transformer.resblocks." + layers + ".ln_1.weight")) {
      layers++;
    }
    long width = extent(tower + "conv1.weight", 0);
    long patch = extent(tower + "conv1.weight", 2);
    long patches = extent(tower + "positional_embedding", 0) - 1;
    ObjectNode config = JSON.createObjectNode();
    config.set("architectures", array(List.of("CLIPVisionModelWithProjection")));
    config.put("hidden_size", width);
    config.put("intermediate_size", extent(tower + "transformer.resblocks.0.mlp.c_fc.weight", 0));
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", Math.max(1, width / HEAD));
    config.put("projection_dim", extent(tower + "proj", 1));
    config.put("patch_size", patch);
    config.put("image_size", Math.round(Math.sqrt((double) patches)) * patch);
    return config.put("hidden_act", "quick_gelu");
  }

  ObjectNode text(TextTower tower) {
    String layer = "text_model.encoder.layers.%d.%s.weight";
    int layers = 0;
    while (has(tower.piece(layer.formatted(layers, "layer_norm1")).source())) {
      layers++;
    }
    String tokens = tower.piece("text_model.embeddings.token_embedding.weight").source();
    String positions = tower.piece("text_model.embeddings.position_embedding.weight").source();
    long width = extent(tokens, 1);
    ObjectNode config = JSON.createObjectNode();
    config.set("architectures", array(List.of("CLIPTextModel")));
    config.put("vocab_size", extent(tokens, 0));
    config.put("max_position_embeddings", extent(positions, 0));
    config.put("hidden_size", width);
    config.put("intermediate_size", extent(tower.piece(layer.formatted(0, "mlp.fc1")).source(), 0));
    config.put("num_hidden_layers", tower.used(layers, checkpoint.tensors().keySet()));
    config.put("num_attention_heads", Math.max(1, width / HEAD));
    return config.put("hidden_act", tower.activation());
  }

  static ObjectNode scheduler(Prediction prediction) {
    return begin("DDIMScheduler")
        .put("beta_start", 0.00085)
        .put("beta_end", 0.012)
        .put("beta_schedule", "scaled_linear")
        .put("prediction_type", prediction.word())
        .put("clip_sample", false)
        .put("set_alpha_to_one", false)
        .put("steps_offset", 1);
  }
}
