package dev.voxelmill.gpu.convert;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the tensors of diffusers' UNet and autoencoder are in a checkpoint of the original code
 * (the names of CompVis/latent-diffusion's openaimodel.py and model.py; the same correspondence as
 * huggingface/diffusers v0.20.2, convert_from_ckpt.py).
 */
final class LdmNames {
  static final String UNET = "model.diffusion_model.";
  static final String VAE = "first_stage_model.";

  private static final Pattern LEVEL =
      Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(resnets|attentions)\\.(\\d+)\\.(.*)");
  private static final Pattern RESAMPLED =
      Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(?:down|up)samplers\\.0\\.conv\\.(.*)");
  private static final Pattern MIDDLE =
      Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.*)");
  private static final Pattern CODER = Pattern.compile("(encoder|decoder)\\.(.*)");
  private static final Map<String, String> RESNET =
      ordered(
          "norm1",
          "in_layers.0",
          "conv1",
          "in_layers.2",
          "time_emb_proj",
          "emb_layers.1",
          "norm2",
          "out_layers.0",
          "conv2",
          "out_layers.3",
          "conv_shortcut",
          "skip_connection");
  private static final Map<String, String> UNET_ENDS =
      ordered(
          "time_embedding.linear_1",
          "time_embed.0",
          "time_embedding.linear_2",
          "time_embed.2",
          "conv_in",
          "input_blocks.0.0",
          "conv_norm_out",
          "out.0",
          "conv_out",
          "out.2");
  private static final Map<String, String> VAE_ATTENTION =
      ordered("group_norm", "norm", "to_q", "q", "to_k", "k", "to_v", "v", "to_out.0", "proj_out");

  private LdmNames() {}

  /** Pairs in their order. */
  static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** A name with its beginning replaced by what a table says. */
  static String renamed(String name, Map<String, String> beginnings) {
    for (Map.Entry<String, String> beginning : beginnings.entrySet()) {
      if (name.equals(beginning.getKey()) || name.startsWith(beginning.getKey() + ".")) {
        return beginning.getValue() + name.substring(beginning.getKey().length());
      }
    }
    return name;
  }

  /**
   * A UNet's tensor.
   *
   * @param layers residual blocks per level on the way down
   * @param attends whether the level of that number on the way up has attention
   */
  static Piece unet(String name, int layers, IntPredicate attends) {
    Matcher level = LEVEL.matcher(name);
    if (level.matches()) {
      int at = Integer.parseInt(level.group(2)) * (layers + 1) + Integer.parseInt(level.group(4));
      boolean resnet = level.group(3).equals("resnets");
      String rest = resnet ? renamed(level.group(5), RESNET) : level.group(5);
      return Piece.of(UNET + block(level.group(1), at) + (resnet ? ".0." : ".1.") + rest);
    }
    Matcher resampled = RESAMPLED.matcher(name);
    if (resampled.matches()) {
      int number = Integer.parseInt(resampled.group(2));
      boolean down = resampled.group(1).equals("down");
      String place = down ? ".0.op." : attends.test(number) ? ".2.conv." : ".1.conv.";
      int at = number * (layers + 1) + layers;
      return Piece.of(UNET + block(resampled.group(1), at) + place + resampled.group(3));
    }
    Matcher middle = MIDDLE.matcher(name);
    if (middle.matches()) {
      boolean resnet = middle.group(1).equals("resnets");
      int at = resnet ? 2 * Integer.parseInt(middle.group(2)) : 1;
      String rest = resnet ? renamed(middle.group(3), RESNET) : middle.group(3);
      return Piece.of(UNET + "middle_block." + at + "." + rest);
    }
    return Piece.of(UNET + renamed(name, UNET_ENDS));
  }

  private static String block(String way, int at) {
    return way.equals("down") ? "input_blocks." + (at + 1) : "output_blocks." + at;
  }

  /** An autoencoder's tensor; levels on the way up are counted the other way round there. */
  static Piece autoencoder(String name, int levels) {
    Matcher coder = CODER.matcher(name);
    if (!coder.matches()) {
      return Piece.of(VAE + name);
    }
    String begin = VAE + coder.group(1) + ".";
    String rest = coder.group(2);
    Matcher level = LEVEL.matcher(rest);
    if (level.matches()) {
      return Piece.of(
          begin
              + stage(level.group(1), level.group(2), levels)
              + ".block."
              + level.group(4)
              + "."
              + level.group(5).replace("conv_shortcut", "nin_shortcut"));
    }
    Matcher resampled = RESAMPLED.matcher(rest);
    if (resampled.matches()) {
      return Piece.of(
          begin
              + stage(resampled.group(1), resampled.group(2), levels)
              + "."
              + resampled.group(1)
              + "sample.conv."
              + resampled.group(3));
    }
    Matcher middle = MIDDLE.matcher(rest);
    if (middle.matches() && middle.group(1).equals("resnets")) {
      int at = Integer.parseInt(middle.group(2)) + 1;
      return Piece.of(
          begin
              + "mid.block_"
              + at
              + "."
              + middle.group(3).replace("conv_shortcut", "nin_shortcut"));
    }
    if (middle.matches()) {
      String source = begin + "mid.attn_1." + renamed(middle.group(3), VAE_ATTENTION);
      return new Piece(source, 0, 1, Piece.Form.MATRIX);
    }
    return Piece.of(begin + rest.replace("conv_norm_out", "norm_out"));
  }

  private static String stage(String way, String number, int levels) {
    int at = Integer.parseInt(number);
    return way + "." + (way.equals("up") ? levels - 1 - at : at);
  }
}
