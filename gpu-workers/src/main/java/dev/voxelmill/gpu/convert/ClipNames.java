package dev.voxelmill.gpu.convert;

import static dev.voxelmill.gpu.convert.LdmNames.ordered;
import static dev.voxelmill.gpu.convert.LdmNames.renamed;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the tensors of transformers' CLIP towers are in a checkpoint that keeps them as OpenAI's
 * and OpenCLIP's code names them: queries, keys and values in one, projections transposed.
 */
final class ClipNames {
  private static final Pattern LAYER =
      Pattern.compile("(?:vision|text)_model\\.encoder\\.layers\\.(\\d+)\\.(.*)");
  private static final Map<String, String> LAYER_PARTS =
      ordered(
          "layer_norm1",
          "ln_1",
          "layer_norm2",
          "ln_2",
          "self_attn.out_proj",
          "attn.out_proj",
          "mlp.fc1",
          "mlp.c_fc",
          "mlp.fc2",
          "mlp.c_proj");
  private static final Map<String, String> VISION_ENDS =
      ordered(
          "vision_model.embeddings.class_embedding",
          "class_embedding",
          "vision_model.embeddings.patch_embedding.weight",
          "conv1.weight",
          "vision_model.embeddings.position_embedding.weight",
          "positional_embedding",
          "vision_model.pre_layrnorm",
          "ln_pre",
          "vision_model.post_layernorm",
          "ln_post");
  private static final Map<String, String> TEXT_ENDS =
      ordered(
          "text_model.embeddings.token_embedding.weight",
          "token_embedding.weight",
          "text_model.embeddings.position_embedding.weight",
          "positional_embedding",
          "text_model.final_layer_norm",
          "ln_final");

  private ClipNames() {}

  /**
   * A tensor of the vision tower.
   *
   * @param prefix of the tower's names in the checkpoint
   */
  static Piece vision(String prefix, String name) {
    return name.equals("visual_projection.weight")
        ? new Piece(prefix + "proj", 0, 1, Piece.Form.TRANSPOSED)
        : piece(prefix, name, VISION_ENDS);
  }

  /**
   * A tensor of the text tower.
   *
   * @param prefix of the tower's names in the checkpoint
   */
  static Piece text(String prefix, String name) {
    return piece(prefix, name, TEXT_ENDS);
  }

  private static Piece piece(String prefix, String name, Map<String, String> ends) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return Piece.of(prefix + renamed(name, ends));
    }
    String begin = prefix + "transformer.resblocks." + layer.group(1) + ".";
    String rest = layer.group(2);
    for (int part = 0; part < 3; part++) {
      String start = "self_attn." + "qkv".charAt(part) + "_proj.";
      if (rest.startsWith(start)) {
        return new Piece(
            begin + "attn.in_proj_" + rest.substring(start.length()), part, 3, Piece.Form.SAME);
      }
    }
    return Piece.of(begin + renamed(rest, LAYER_PARTS));
  }
}
