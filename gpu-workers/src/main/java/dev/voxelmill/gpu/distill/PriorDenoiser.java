package dev.voxelmill.gpu.distill;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.diffusion.ViewPrior;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.ArrayList;
import java.util.List;

/** A {@link ViewPrior} as the denoiser of a distillation, at the nearest timesteps. */
public final class PriorDenoiser implements Denoiser {
  private final ViewPrior prior;
  private final double guidance;
  private final SigmaTable table = SigmaTable.scaledLinear();

  /** The prior with a guidance scale s in u + s (c - u). */
  public PriorDenoiser(ViewPrior prior, double guidance) {
    this.prior = prior;
    this.guidance = guidance;
  }

  @Override
  public NDArray denoise(NDManager scope, NDArray z, double[] sigmas, List<View> views) {
    int[] timesteps = new int[sigmas.length];
    List<OrbitCamera> targets = new ArrayList<>(sigmas.length);
    for (int i = 0; i < sigmas.length; i++) {
      timesteps[i] = table.nearest(sigmas[i]);
      targets.add(views.get(i * views.size() / sigmas.length).orbit());
    }
    return prior.denoise(scope, z, timesteps, targets, guidance);
  }
}
