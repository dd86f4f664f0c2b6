package dev.voxelmill.gpu.nn.diffusers;

/**
 * One resolution of a UNet.
 *
 * @param type the block's name in diffusers
 * @param channels of its maps
 * @param resnets residual blocks
 * @param heads of each attention
 * @param context width of the tokens that cross-attention looks at
 * @param layers of each transformer
 * @param crossed whether its self-attentions look at the context too
 */
record Level(
    String type, int channels, int resnets, int heads, int context, int layers, boolean crossed) {
  static final String DOWN = "DownBlock2D";
  static final String CROSS_DOWN = "CrossAttnDownBlock2D";
  static final String UP = "UpBlock2D";
  static final String CROSS_UP = "CrossAttnUpBlock2D";

  /** Whether a transformer follows each residual block. */
  boolean attends() {
    return type.equals(CROSS_DOWN) || type.equals(CROSS_UP);
  }

  Level as(String otherType, int otherResnets) {
    return new Level(otherType, channels, otherResnets, heads, context, layers, crossed);
  }
}
