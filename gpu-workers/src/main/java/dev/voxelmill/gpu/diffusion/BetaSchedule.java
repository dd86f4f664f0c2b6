package dev.voxelmill.gpu.diffusion;

/**
 * The variances beta_t that published models were trained with, in float32 as diffusers computes
 * them (huggingface/diffusers v0.30.3, src/diffusers/schedulers/scheduling_ddpm.py), so that tables
 * agree to the last digit that matters.
 */
public enum BetaSchedule {
  /** Evenly spaced. */
  LINEAR {
    @Override
    float[] between(double first, double last, int count) {
      return evenly((float) first, (float) last, count);
    }
  },
  /** Evenly spaced in their square roots. */
  SCALED_LINEAR {
    @Override
    float[] between(double first, double last, int count) {
      float[] betas = evenly((float) Math.sqrt(first), (float) Math.sqrt(last), count);
      for (int i = 0; i < count; i++) {
        betas[i] *= betas[i];
      }
      return betas;
    }
  },
  /**
   * Such that sqrt(abar) falls as a cosine (Nichol and Dhariwal, "Improved Denoising Diffusion
   * Probabilistic Models", 2021, equation 17), capped at 0.999; the two bounds do not count.
   */
  SQUARED_COSINE {
    @Override
    float[] between(double first, double last, int count) {
      float[] betas = new float[count];
      for (int i = 0; i < count; i++) {
        double kept = cosine((i + 1) / (double) count) / cosine(i / (double) count);
        betas[i] = (float) Math.min(1 - kept, 0.999);
      }
      return betas;
    }
  },
  /** Along a sigmoid from -6 to 6 between the bounds. */
  SIGMOID {
    @Override
    float[] between(double first, double last, int count) {
      float[] betas = evenly(-6, 6, count);
      for (int i = 0; i < count; i++) {
        float sigmoid = (float) (1 / (1 + Math.exp(-betas[i])));
        betas[i] = sigmoid * (float) (last - first) + (float) first;
      }
      return betas;
    }
  };

  abstract float[] between(double first, double last, int count);

  /**
   * The betas of every timestep.
   *
   * @param first beta of the first timestep, in 0..1
   * @param last beta of the last one
   * @param count timesteps, at least 2
   */
  public float[] betas(double first, double last, int count) {
    if (count < 2) {
      throw new IllegalArgumentException("count: " + count + " (expected: at least 2 timesteps)");
    }
    return between(first, last, count);
  }

  /** The schedule of given betas: products in float64, each kept as float32. */
  public static NoiseSchedule schedule(float[] betas) {
    double[] abar = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      abar[t] = (float) product;
    }
    return NoiseSchedule.of(abar);
  }

  /**
   * The schedule after its last timestep was made pure noise: sqrt(abar) shifted to end at zero and
   * scaled to start as before (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are
   * Flawed", 2024, algorithm 1).
   *
   * @param lastAbar what stands for zero in the end
   */
  public static NoiseSchedule zeroTerminal(NoiseSchedule schedule, double lastAbar) {
    int count = schedule.timesteps();
    double start = schedule.signal(0);
    double end = schedule.signal(count - 1);
    double[] abar = new double[count];
    for (int t = 0; t < count; t++) {
      double root = (schedule.signal(t) - end) * (start / (start - end));
      abar[t] = (float) (root * root);
    }
    abar[count - 1] = lastAbar;
    return NoiseSchedule.of(abar);
  }

  /** As torch.linspace in float32: from the first up to the middle, from the last down to it. */
  private static float[] evenly(float first, float last, int count) {
    float step = (last - first) / (count - 1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i < count / 2 ? first + step * i : last - step * (count - 1 - i);
    }
    return values;
  }

  private static double cosine(double t) {
    double root = Math.cos((t + 0.008) / 1.008 * Math.PI / 2);
    return root * root;
  }
}
