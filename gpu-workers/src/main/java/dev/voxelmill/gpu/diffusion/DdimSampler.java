package dev.voxelmill.gpu.diffusion;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.voxelmill.gpu.random.Noise;
import dev.voxelmill.gpu.random.NoiseStream;
import dev.voxelmill.protocols.geometry.OrbitCamera;
import java.util.Arrays;
import java.util.List;

/**
 * Deterministic sampling of several views from a prior, in steps whose whole state is the noisy
 * pictures and the step's number.
 *
 * <p>In the variance-exploding view one step of DDIM (Song et al., "Denoising Diffusion Implicit
 * Models", 2021, equation 12 with sigma_t = 0) is z' = D + (sigma' / sigma) (z - D); the last step
 * answers D itself. With a single step the answer is therefore the posterior mean at the highest
 * noise level: blurred where the input view leaves a choice, but never invented.
 */
public final class DdimSampler {
  private static final NoiseStream START = NoiseStream.named("ddim/start");
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.scaledLinear();

  private final ViewPrior prior;
  private final List<OrbitCamera> targets;
  private final int[] timesteps;
  private final double guidanceScale;

  /**
   * A sampler of these views.
   *
   * @param steps calls of the denoiser, in 1..1000
   * @param guidanceScale s in u + s (c - u)
   */
  public DdimSampler(ViewPrior prior, List<OrbitCamera> targets, int steps, double guidanceScale) {
    this.prior = requireNonNull(prior, "prior");
    this.targets = List.copyOf(targets);
    this.guidanceScale = guidanceScale;
    timesteps = timesteps(steps);
  }

  /**
   * The timesteps of a run of that many steps: evenly spaced from the highest downwards, 0 left
   * out.
   */
  static int[] timesteps(int steps) {
    int highest = NoiseSchedule.TIMESTEPS - 1;
    if (steps < 1 || steps > highest) {
      throw new IllegalArgumentException("steps: " + steps + " (expected: in 1.." + highest + ")");
    }
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = (int) Math.rint(highest - (double) i * highest / steps);
    }
    return timesteps;
  }

  /** Steps in all. */
  public int steps() {
    return timesteps.length;
  }

  /** The state before step 0: sigma_max n, (B, 4, n, n). */
  public NDArray start(NDManager scope, long seed) {
    int n = prior.resolution();
    float[] noise = new Noise(seed).normals(START, 0, targets.size() * 4 * n * n);
    float sigma = (float) SCHEDULE.sigma(timesteps[0]);
    for (int i = 0; i < noise.length; i++) {
      noise[i] *= sigma;
    }
    return scope.create(noise, new Shape(targets.size(), 4, n, n));
  }

  /** The state after a step, counted from 0; after the last one the clean pictures in -1..1. */
  public NDArray step(NDManager scope, int step, NDArray z) {
    return advance(scope, step, z, question(step, z).answer(scope));
  }

  /** Whether the prior is asked with and without the input view. */
  public boolean isGuided() {
    return guidanceScale != 1;
  }

  /** What a step asks the prior. */
  public ViewPrior.Question question(int step, NDArray z) {
    int[] rows = new int[targets.size()];
    Arrays.fill(rows, timesteps[step]);
    return new ViewPrior.Question(prior, z, rows, targets, guidanceScale);
  }

  /**
   * The state after a step whose question is answered.
   *
   * @param clean the answer, (B, 4, n, n)
   */
  public NDArray advance(NDManager scope, int step, NDArray z, NDArray clean) {
    if (step == timesteps.length - 1) {
      return clean;
    }
    double ratio = SCHEDULE.sigma(timesteps[step + 1]) / SCHEDULE.sigma(timesteps[step]);
    NDArray next = z.sub(clean).mul((float) ratio).add(clean);
    next.attach(scope);
    return next;
  }
}
