package dev.voxelmill.gpu.nn.diffusers;

import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A UNet2DConditionModel, as its {@code config.json} describes it.
 *
 * @param inputs channels of the sample
 * @param outputs channels of the prediction
 * @param centred whether the sample is brought from 0..1 to -1..1 first
 * @param firstKernel side of the first convolution's kernel
 * @param lastKernel side of the last convolution's kernel
 * @param text width of the tokens before they are projected to the context, where they are
 * @param down levels from the finest to the coarsest
 * @param middle the block between, where there is one
 * @param middleScale what the middle's residual blocks divide by
 * @param up levels from the coarsest to the finest
 */
public record UNetConfig(
    int inputs,
    int outputs,
    boolean centred,
    int firstKernel,
    int lastKernel,
    Optional<Integer> text,
    TimeEmbedding time,
    BlockStyle style,
    List<Level> down,
    Optional<Level> middle,
    double middleScale,
    List<Level> up) {
  static final String MIDDLE = "UNetMidBlock2DCrossAttn";

  /** Reads {@code config.json} of a folder. */
  public static UNetConfig read(Path folder) {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    config.requireClass("UNet2DConditionModel");
    config.refuse(
        "addition_embed_type",
        "cross_attention_norm",
        "dual_cross_attention",
        "resnet_skip_time_act",
        "time_cond_proj_dim");
    config.oneOf("attention_type", "default", List.of("default"));
    List<Level> down = Levels.down(config);
    return new UNetConfig(
        config.count("in_channels", 4),
        config.count("out_channels", 4),
        config.flag("center_input_sample", false),
        odd(config, "conv_in_kernel"),
        odd(config, "conv_out_kernel"),
        text(config),
        TimeEmbedding.of(config, down.getFirst().channels()),
        BlockStyle.of(config),
        down,
        middle(config, down),
        config.real("mid_block_scale_factor", 1),
        up(config, down));
  }

  /** Width of the tokens that the network is given. */
  public int contextWidth() {
    return text.orElse(down.getFirst().context());
  }

  /** The shape of a class-conditioned network's labels; of one dimension when they are numbers. */
  public Optional<Shape> labelShape(long rows) {
    return switch (time.condition()) {
      case ClassCondition.None() -> Optional.empty();
      case ClassCondition.Numbered(int classes) -> Optional.of(new Shape(rows));
      case ClassCondition.Timestep() -> Optional.of(new Shape(rows));
      case ClassCondition.Identity() -> Optional.of(new Shape(rows, time.width()));
      case ClassCondition.Projection(int width) -> Optional.of(new Shape(rows, width));
      case ClassCondition.SimpleProjection(int width) -> Optional.of(new Shape(rows, width));
    };
  }

  private static int odd(ConfigFile config, String key) {
    int side = config.count(key, 3);
    if (side % 2 == 0) {
      throw config.wrong(key, String.valueOf(side), "an odd number");
    }
    return side;
  }

  private static Optional<Integer> text(ConfigFile config) {
    if (!config.has("encoder_hid_dim")) {
      return Optional.empty();
    }
    config.oneOf("encoder_hid_dim_type", "text_proj", List.of("text_proj"));
    return Optional.of(config.count("encoder_hid_dim"));
  }

  private static Optional<Level> middle(ConfigFile config, List<Level> down) {
    if (config.hasNull("mid_block_type")) {
      return Optional.empty();
    }
    config.oneOf("mid_block_type", MIDDLE, List.of(MIDDLE));
    return Optional.of(Levels.middle(down));
  }

  private static List<Level> up(ConfigFile config, List<Level> down) {
    List<String> types = config.names("up_block_types");
    if (types.size() != down.size()) {
      throw config.wrong(
          "up_block_types", types.toString(), down.size() + " names, as in down_block_types");
    }
    List<Level> up = new ArrayList<>();
    for (Level level : down.reversed()) {
      String type = types.get(up.size());
      if (!List.of(Level.UP, Level.CROSS_UP).contains(type)) {
        throw config.wrong("up_block_types", type, "one of " + List.of(Level.UP, Level.CROSS_UP));
      }
      up.add(level.as(type, level.resnets() + 1));
    }
    return Collections.unmodifiableList(up);
  }
}
