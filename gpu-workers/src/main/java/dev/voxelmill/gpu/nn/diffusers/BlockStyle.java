package dev.voxelmill.gpu.nn.diffusers;

import dev.voxelmill.gpu.nn.folder.ConfigFile;
import java.util.List;

/**
 * What all blocks of a UNet or ControlNet have in common.
 *
 * @param groups of each group normalisation
 * @param eps of the group normalisations in residual blocks and at the end
 * @param activation the nonlinearity, as TorchScript calls it
 * @param linearProjection whether transformers are entered by linear layers, not 1x1 convolutions
 * @param upcast whether attention computes its logits in float32
 * @param scaleShift whether the embedding scales and shifts, not only shifts
 * @param downPadding margin of the convolutions that halve the size; 0 pads right and bottom
 */
record BlockStyle(
    int groups,
    double eps,
    String activation,
    boolean linearProjection,
    boolean upcast,
    boolean scaleShift,
    int downPadding) {
  static BlockStyle of(ConfigFile config) {
    String shift =
        config.oneOf("resnet_time_scale_shift", "default", List.of("default", "scale_shift"));
    double padding = config.real("downsample_padding", 1);
    if (padding != 0 && padding != 1) {
      throw config.wrong("downsample_padding", String.valueOf(padding), "0 or 1");
    }
    return new BlockStyle(
        config.count("norm_num_groups", 32),
        config.real("norm_eps", 1e-5),
        Activations.of(config, "act_fn").orElse("torch.silu"),
        config.flag("use_linear_projection", false),
        config.flag("upcast_attention", false),
        shift.equals("scale_shift"),
        (int) padding);
  }
}
