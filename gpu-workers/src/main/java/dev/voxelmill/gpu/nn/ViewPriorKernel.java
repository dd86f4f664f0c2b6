package dev.voxelmill.gpu.nn;

import dev.voxelmill.gpu.engine.KernelSource;
import java.util.List;
import java.util.Map;

/** The text of the view-conditioned denoiser with the attributes that a configuration gives it. */
public final class ViewPriorKernel {
  private static final KernelSource TEXT =
      KernelSource.resource(ViewPriorKernel.class, "view_prior.torchscript", "ViewPrior");

  private ViewPriorKernel() {}

  /**
   * The source to compile, without weights.
   *
   * @param half whether convolutions and linear layers compute in bfloat16; weights stay float32
   */
  public static KernelSource source(PriorConfig config, boolean half) {
    return TEXT.with(
        Map.ofEntries(
            Map.entry("weights", Map.of()),
            Map.entry("learned", List.of()),
            Map.entry("averaged", List.of()),
            Map.entry("first", List.of()),
            Map.entry("matrix", new long[0]),
            Map.entry("plain", List.of()),
            Map.entry("plain_first", List.of()),
            Map.entry("plain_second", List.of()),
            Map.entry("features", config.features()),
            Map.entry("slices", config.slices()),
            Map.entry("middle", config.middle()),
            Map.entry("reach", config.reach()),
            Map.entry("slope", config.slope()),
            Map.entry("half", half)));
  }
}
