package dev.voxelmill.gpu.sampling;

import dev.voxelmill.gpu.diffusion.NoiseSchedule;
import java.util.ArrayList;
import java.util.List;

/**
 * The timesteps of the original latent diffusion code, ascending (cvlab-columbia/zero123 at
 * f426883, ldm/modules/diffusionmodules/util.py): multiples of 1000 / S, plus one, of which there
 * are more than S where S does not divide 1000.
 *
 * <p>Zero-1-to-3 leaves the highest out, so that S = 50 makes 49 calls of the network and S = 75,
 * whose stride is 13, makes 76.
 *
 * @param eta share of fresh noise
 * @param abar signal at each timestep
 * @param before signal after the step that begins there; below the lowest, that of timestep 0
 */
public record LdmTable(
    double eta, List<Integer> timesteps, List<Double> abar, List<Double> before) {

  /**
   * The table of a number of steps.
   *
   * @param steps S, in 2..1000
   * @param eta in 0..1
   * @throws SamplerConfigException for others
   */
  public static LdmTable of(int steps, double eta) {
    Samplers.require("zero123", steps, 2, NoiseSchedule.TIMESTEPS);
    Samplers.requireShare("zero123", eta);
    NoiseSchedule schedule = NoiseSchedule.scaledLinear();
    int last = schedule.timesteps() - 1;
    int stride = schedule.timesteps() / steps;
    List<Integer> timesteps = new ArrayList<>();
    List<Double> abar = new ArrayList<>();
    List<Double> before = new ArrayList<>();
    for (int t = 1; t <= schedule.timesteps(); t += stride) {
      before.add(schedule.abar(t == 1 ? 0 : t - stride));
      timesteps.add(t);
      abar.add(schedule.abar(Math.min(t, last)));
    }
    return new LdmTable(eta, timesteps, abar, before);
  }

  /** Deviation of the fresh noise of each step. */
  public List<Double> deviations() {
    List<Double> deviations = new ArrayList<>();
    for (int i = 0; i < abar.size(); i++) {
      deviations.add(Ddim.deviation(abar.get(i), before.get(i), eta));
    }
    return deviations;
  }
}
