package dev.voxelmill.gpu.zero123;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.voxelmill.gpu.distill.Denoiser;
import dev.voxelmill.gpu.distill.NetworkDenoiser;
import dev.voxelmill.gpu.distill.Scores;
import dev.voxelmill.gpu.distill.SigmaTable;
import dev.voxelmill.gpu.field.View;
import dev.voxelmill.gpu.zero123.Zero123Sight.Condition;
import dev.voxelmill.gpu.zero123.Zero123Sight.Seen;
import java.util.ArrayList;
import java.util.List;

/**
 * Zero-1-to-3 as the denoiser of a distillation: what it expects of a view, given the picture and
 * the way from its camera to the view's (zero123 3drec/run_zero123.py, {@code sjc_3d}).
 */
public final class Zero123Denoiser implements Denoiser, AutoCloseable {
  private final Zero123Model model;
  private final Seen seen;
  private final double[] inputEye;
  private final NetworkDenoiser network;
  private final Scores scores;

  /**
   * @param owner of the kernel
   * @param seen of the one picture
   * @param input the picture's view
   * @param guidanceScale s in u + s (c - u)
   */
  public Zero123Denoiser(
      NDManager owner, Zero123Model model, Seen seen, View input, double guidanceScale) {
    this.model = model;
    this.seen = seen;
    inputEye = input.pose().eye();
    network = new NetworkDenoiser(SigmaTable.scaledLinear(), model.target(), guidanceScale);
    scores = new Scores(owner);
  }

  @Override
  public NDArray denoise(NDManager scope, NDArray z, double[] sigmas, List<View> views) {
    float[] levels = new float[sigmas.length];
    List<RelativePose> told = new ArrayList<>(sigmas.length);
    for (int i = 0; i < sigmas.length; i++) {
      levels[i] = (float) sigmas[i];
      View view = views.get(i * views.size() / sigmas.length);
      told.add(RelativePose.between(inputEye, view.pose().eye()));
    }
    Condition condition = model.sight().condition(scope, seen, Zero123Sight.poses(scope, told));
    return scores
        .denoise(
            scope,
            network,
            (inner, inputs, timesteps) ->
                model.network().answer(inner, inputs, timesteps, condition),
            z,
            levels)
        .denoised();
  }

  @Override
  public void close() {
    scores.close();
  }
}
