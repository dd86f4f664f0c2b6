package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/**
 * A ControlNetModel, as its {@code config.json} describes it.
 *
 * @param inputs channels of the sample
 * @param hints channels of the picture that controls
 * @param reversed whether that picture's channels come in reverse order
 * @param hintChannels of the convolutions that reduce it to the size of the sample
 * @param pooled whether each residual is averaged over its map
 * @param middleScale what the middle's residual blocks divide by
 */
public record ControlNetConfig(
    int inputs,
    int hints,
    boolean reversed,
    List<Integer> hintChannels,
    boolean pooled,
    TimeEmbedding time,
    BlockStyle style,
    List<Level> down,
    Level middle,
    double middleScale) {

  /** Reads {@code config.json} of a folder. */
  public static ControlNetConfig read(Path folder) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    config.requireClass("ControlNetModel");
    config.refuse("addition_embed_type", "encoder_hid_dim");
    List<Level> down = Levels.down(config);
    List<Integer> hintChannels =
        config.has("conditioning_embedding_out_channels")
            ? config.list("conditioning_embedding_out_channels")
            : List.of(16, 32, 96, 256);
    String order =
        config.oneOf("controlnet_conditioning_channel_order", "rgb", List.of("rgb", "bgr"));
    return new ControlNetConfig(
        config.count("in_channels", 4),
        config.count("conditioning_channels", 3),
        order.equals("bgr"),
        List.copyOf(hintChannels),
        config.flag("global_pool_conditions", false),
        TimeEmbedding.of(config, down.getFirst().channels()),
        BlockStyle.of(config),
        down,
        Levels.middle(down),
        config.real("mid_block_scale_factor", 1));
  }

  /** Width of the tokens that the network is given. */
  public int contextWidth() {
    return down.getFirst().context();
  }

  /** How much larger the controlling picture is than the sample, on each side. */
  public int reduction() {
    return 1 << (hintChannels.size() - 1);
  }
}
