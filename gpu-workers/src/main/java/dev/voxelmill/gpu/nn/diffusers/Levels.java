package dev.voxelmill.gpu.nn.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.util.ArrayList;
import java.util.List;

/** Reads the levels of a UNet or ControlNet. */
final class Levels {
  private static final List<String> KNOWN = List.of(Level.DOWN, Level.CROSS_DOWN);

  private Levels() {}

  /**
   * The levels on the way down. {@code attention_head_dim} is the number of heads, whatever its
   * name; diffusers keeps the name for the sake of old configurations.
   */
  static List<Level> down(ConfigFile config) {
    List<String> types = config.names("down_block_types");
    int n = types.size();
    List<Integer> channels = config.list("block_out_channels");
    if (channels.size() != n) {
      throw config.wrong(
          "block_out_channels", channels.toString(), n + " numbers, one for each down_block_type");
    }
    config.refuse("num_attention_heads");
    List<Integer> heads = config.counts("attention_head_dim", n, 8);
    List<Integer> resnets = config.counts("layers_per_block", n, 2);
    List<Integer> contexts = config.counts("cross_attention_dim", n, 1280);
    List<Integer> layers = config.counts("transformer_layers_per_block", n, 1);
    int groups = config.count("norm_num_groups", 32);
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      if (!KNOWN.contains(types.get(i))) {
        throw config.wrong("down_block_types", types.get(i), "one of " + KNOWN);
      }
      divisible(config, "attention_head_dim", heads.get(i), channels.get(i));
      divisible(config, "norm_num_groups", groups, channels.get(i));
      levels.add(
          new Level(
              types.get(i),
              channels.get(i),
              resnets.get(i),
              heads.get(i),
              contexts.get(i),
              layers.get(i),
              crossed(config, i, n)));
    }
    return List.copyOf(levels);
  }

  /** The block between, which follows the coarsest level. */
  static Level middle(List<Level> down) {
    Level last = down.getLast();
    return new Level(
        Level.CROSS_DOWN, last.channels(), 1, last.heads(), last.context(), last.layers(), false);
  }

  private static boolean crossed(ConfigFile config, int level, int n) {
    JsonNode node = config.node("only_cross_attention");
    if (!node.isArray()) {
      return config.flag("only_cross_attention", false);
    }
    if (node.size() != n) {
      throw config.wrong("only_cross_attention", node.toString(), n + " flags");
    }
    return node.get(level).asBoolean();
  }

  private static void divisible(ConfigFile config, String key, int by, int channels) {
    if (channels % by != 0) {
      throw config.wrong(
          key, String.valueOf(by), "a divisor of the block's " + channels + " channels");
    }
  }
}
