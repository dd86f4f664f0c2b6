package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/**
 * An AutoencoderKL, as its {@code config.json} describes it.
 *
 * @param inputs channels of a picture
 * @param outputs channels of a decoded picture
 * @param latents channels of a latent
 * @param channels of each level, from the finest to the coarsest
 * @param resnets residual blocks of an encoder's level; a decoder's has one more
 * @param groups of each normalisation
 * @param activation the nonlinearity, as TorchScript calls it
 * @param scaling what latents are multiplied by before a diffusion model sees them
 */
public record AutoencoderConfig(
    int inputs,
    int outputs,
    int latents,
    List<Integer> channels,
    int resnets,
    int groups,
    String activation,
    double scaling) {
  private static final String DOWN = "DownEncoderBlock2D";
  private static final String UP = "UpDecoderBlock2D";

  /** Reads {@code config.json} of a folder. */
  public static AutoencoderConfig read(Path folder) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    config.requireClass("AutoencoderKL");
    List<Integer> channels = config.list("block_out_channels");
    blocks(config, "down_block_types", DOWN, channels.size());
    blocks(config, "up_block_types", UP, channels.size());
    int groups = config.count("norm_num_groups", 32);
    for (int width : channels) {
      if (width % groups != 0) {
        throw config.wrong(
            "norm_num_groups", String.valueOf(groups), "a divisor of the block's " + width);
      }
    }
    return new AutoencoderConfig(
        config.count("in_channels", 3),
        config.count("out_channels", 3),
        config.count("latent_channels", 4),
        List.copyOf(channels),
        config.count("layers_per_block", 1),
        groups,
        Activations.of(config, "act_fn").orElse("torch.silu"),
        config.real("scaling_factor", 0.18215));
  }

  /** How much smaller a latent is than its picture, on each side. */
  public int reduction() {
    return 1 << (channels.size() - 1);
  }

  private static void blocks(ConfigFile config, String key, String type, int count) {
    List<String> types = config.names(key);
    if (types.size() != count || !types.stream().allMatch(type::equals)) {
      throw config.wrong(key, types.toString(), count + " of " + type + ", as block_out_channels");
    }
  }
}
